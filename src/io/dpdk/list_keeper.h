// Brings lists to the workers, and what workers say of clients to the lists: a thread of its own.
//
// It looks ten times a second, at once when it is woken. What it publishes is built beside the
// workers; what was published before is freed when every worker has gone on with the new table. A
// worker that stands still keeps it waiting, nobody else. The pre-filter follows piece by piece: a
// million prefixes take the kernel some seconds.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "admin/api/flow_desk.h"
#include "admin/api/publisher.h"
#include "admin/events/list_events.h"
#include "control/lists/list_book.h"
#include "io/dpdk/lcore/clock.h"
#include "io/dpdk/lcore/worker.h"
#include "io/events/event_log.h"
#include "io/xdp/prefilter.h"

namespace synsplice {

class ListKeeper {
 public:
  using Workers = std::vector<std::unique_ptr<Worker>>;

  // What it stands between; outlives it.
  struct Surroundings {
    ListBook& book;
    Shared& shared;
    const Workers& workers;
    EventLog& events;
    const Publisher& publisher;
    const UtcOffset& utc;
    Prefilter& prefilter;
  };
  explicit ListKeeper(const Surroundings& surroundings);

  // Takes the entries that `folder` has from before, publishes, and goes on in its thread. Empty:
  // entries end with the process. REQUIRES: no worker runs yet. Throws StartError.
  void Begin(const std::string& folder);
  // The book has changed. Any thread.
  void Wake();
  // Saves for the last time.
  void End() { thread_ = {}; }

  // What workers look at, or are about to. Any thread.
  ListTable latest() const;

  uint64_t saves_failed() const { return saves_failed_.load(std::memory_order_relaxed); }

 private:
  void Run(const std::stop_token& stop);
  Milliseconds TryToLook();
  void Look();
  void TakeNotes(Time now);
  void Ban(const ClientNote& note, Time now);
  void Expire(Time now);
  bool IsAttacked(const std::string& service) const;
  void Publish();
  bool HavePassed();
  void ClearBlocked();
  void Load();
  void Save();

  ListBook& book_;
  Shared& shared_;
  const Workers& workers_;
  EventLog& events_;
  const Publisher& publisher_;
  Prefilter& prefilter_;
  Clock clock_;
  FlowDesk flows_;
  ListEvents list_events_;
  std::string file_;
  std::vector<std::unique_ptr<const ListTable>> published_;  // the latest one is the last
  bool clears_ = false;                                      // flows of clients who are blocked now
  bool unsaved_ = false, said_ = false, starved_ = false;
  std::chrono::steady_clock::time_point next_save_, next_clear_;
  std::atomic<uint64_t> saves_failed_{0};
  mutable std::mutex mutex_;
  std::condition_variable_any woken_;
  bool wakes_ = false;
  ListTable latest_;
  std::jthread thread_;  // the last: it ends first
};

}  // namespace synsplice
