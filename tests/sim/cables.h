// What the worlds of both simulators share: a virtual clock, the queue of what happens next, the
// appliance, and the cables between it and the hosts. Everything follows from the seed.
#pragma once

#include <cstdint>
#include <ostream>
#include <queue>
#include <string>
#include <vector>

#include "appliance.h"
#include "link.h"
#include "packet.h"
#include "random.h"
#include "scenario.h"
#include "trace.h"

namespace synsplice::sim {

class Cables : public Surroundings {
 public:
  // Runs to the end; the first thing found wrong, empty if nothing is.
  const std::string& Run();
  uint64_t frame_count() const { return frames_; }

  int64_t now() const override { return now_; }
  void FromProxy(Side to, Packet&& packet) override;
  void Fail(const std::string& what) override;
  bool failed() const { return !failure_.empty(); }

  const Scenario& scenario() const { return scenario_; }
  const Appliance& appliance() const { return appliance_; }

 protected:
  // Frames on the cables, the appliance's tick while a handshake waits, and what hosts do.
  enum class Kind : uint8_t {
    kToProxy,
    kToHost,
    kTick,
    kConnect,
    kRestart,
    kTimer,
    kStackTick,
    kFlood,
    kLateSyn,
    kCheatBegins,
    kCheatMoves,
    kForgedReset,
    kCountSockets,
  };

  // Plans the scenario's connections and restarts. `trace`: gets a line per frame and event; may be
  // null. A run of more than `most_happenings` has no end.
  Cables(uint64_t seed, Scenario (*draw)(Random&), std::ostream* trace, uint32_t most_happenings);
  ~Cables() = default;

  void Plan(int64_t at, Kind kind, Side side = Side::kOutside, uint32_t index = 0);
  // From a host to the appliance, or from it to the hosts.
  void Transmit(Side side, bool towards_proxy, Packet&& packet);

  // `index`: plan, server or end.
  virtual void HappenAtHosts(Kind kind, uint32_t index) = 0;
  virtual void Deliver(Side side, const Packet& packet) = 0;
  // False: it is lost before the cable.
  virtual bool Passes(Side, bool towards_proxy, const Packet&) = 0;
  virtual bool MayNeverEnd() const = 0;
  // After every step: plans what the hosts wait for.
  virtual void PlanMore() = 0;
  // To be judged: after every burst; when nothing happens any more; when all timeouts are over.
  virtual void OnStep() = 0;
  virtual void OnQuiet() = 0;
  virtual void OnEmpty() = 0;

  Random random_;
  Scenario scenario_;
  Trace trace_;
  int64_t now_ = 0;
  Appliance appliance_;

 private:
  struct Happening {
    int64_t at;
    uint32_t order;  // first come, first served
    Kind kind;
    Side side;
    uint32_t index;  // packet, or the host's

    bool operator<(const Happening& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  void Step();
  void Happen(const Happening& happening);
  bool JoinsBurst() const;
  void PlanTick();
  void AdvanceTo(int64_t time);
  void Settle();
  uint32_t Store(Packet&& packet);
  Packet TakeOut(uint32_t index);

  const uint32_t most_happenings_;
  uint32_t next_order_ = 0;
  bool tick_planned_ = false;
  uint64_t frames_ = 0;
  std::string failure_;
  std::priority_queue<Happening> happenings_;
  std::vector<Packet> packets_;
  std::vector<uint32_t> free_packets_;
  std::vector<Packet> burst_;
  Side burst_side_ = Side::kOutside;
};

}  // namespace synsplice::sim
