// Whether what comes to one service is an attack: against what is usual there (rule 45).
//
// Real clients complete their handshakes: however many they are, they are none. So it is SYNs that
// become no connection that are compared, in two windows, with
//
//   usual share of them * the higher one of: usual SYNs (P99), connections that are made now
//
// The risk is the lower one of both ratios, in percent: the second says that it goes on, the minute
// that it is no blink. Likewise for each network that sends many: what it sends, so much of it as
// is incomplete beyond what is usual, against the usual most of one network; times the weight of
// the list that it is on.
//
// Attacks teach nothing: a second is learned only when both windows are near what is usual. But
// nobody else knows what is usual: what goes on for longer than an hour is learned, slowly, or a
// service that changes for good, or looks incomplete from the start, would be attacked for ever.
//
// Growth is backed by connections, as the usual share of them lets expect. What nothing backs is
// learned up to a quarter above what was usual when the hour began: a ramp of SYNs does not raise
// its own measure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "detect/baseline.h"
#include "detect/minute_window.h"
#include "detect/risk.h"
#include "synsplice/policy/service_config.h"
#include "watch/crossing.h"

namespace synsplice {

// Of a network, SYNs per second of late.
struct SourceSample {
  Prefix source;
  Tier tier = Tier::kNone;
  double syns = 0;
};

// Of a service, as of now.
struct ServiceSample {
  uint64_t syns = 0, completed = 0;   // all since the start
  uint64_t connections = 0;           // at the moment
  std::vector<SourceSample> sources;  // the most frequent first
};

class ServiceDetector {
 public:
  // Where a second is this risky in either window, it is not as usual.
  static constexpr int64_t kTeachesBelow = 150;
  // Of every service so many may go away: it takes more than three times that to be an attack.
  static constexpr double kLeastShare = 0.05;
  // Of one that nothing is known of.
  static constexpr double kDefaultShare = 0.25;
  // Seconds that are not as usual; if more follow, they are what is usual.
  static constexpr uint32_t kLasts = 3600;
  // Of a minute of them: a service that begins under an attack is not deaf for long.
  static constexpr double kWeightOfUnusual = 0.5;
  // Of the level when an hour began: what is learned in it without connections.
  static constexpr double kGrowth = 1.25;
  // However many SYNs are incomplete usually, a connection backs ten of them at most.
  static constexpr double kMostBacking = 0.9;
  static constexpr int64_t kMostPercent = 1'000'000;
  static constexpr size_t kMostSources = 64;

  explicit ServiceDetector(const Baseline& baseline = {}) : baseline_(baseline) {}

  // What applies to it, as it is configured.
  struct Settings {
    DetectorConfig detector;
    uint32_t default_syns = 2000;  // per second, as long as nothing is known
  };
  // Looks at what has come since the look before, of which the first one has none.
  const ServiceRisk& Look(const Settings& settings, Time now, const ServiceSample& sample);

  // Sums begin anew.
  void Restart() { before_.reset(); }

  const ServiceRisk& risk() const { return risk_; }
  const Baseline& baseline() const { return baseline_; }

 private:
  struct Before {
    Time at;
    uint64_t syns, completed;
  };
  struct SourceMinute {
    Prefix source;
    double syns = 0;  // per second: a mean that forgets in a minute
    bool is_here = false;
  };

  bool Take(Time now, const ServiceSample& sample);
  void Judge(const Settings& settings, UtcSecond now);
  WindowRisk RiskOf(const MinuteWindow::Counts& counts, double usual_syns, double least) const;
  void JudgeSources(const Settings& settings, const ServiceSample& sample);
  int64_t PercentOf(const SourceSample& source, double minute, double least) const;
  void FadeSources(const ServiceSample& sample);
  SourceMinute* MinuteOf(const Prefix& source);
  double Share() const;
  double Backed(double completed) const;
  double Excess(size_t seconds) const;
  double Learnable(const Settings& settings, const UsualRate& usual,
                   const WindowRisk& window) const;
  void LearnSource(UtcSecond now, const ServiceSample& sample, double least);
  void LearnRates(const Settings& settings, UtcSecond now, const ServiceSample& sample);
  void LearnShare(bool is_usual);
  void Learn(const Settings& settings, UtcSecond now, const ServiceSample& sample);
  void Tell(UtcSecond now);

  Baseline baseline_;
  MinuteWindow window_;
  std::optional<Before> before_;
  uint32_t passed_ = 0;       // seconds of the latest look
  uint32_t until_share_ = 0;  // seconds since the latest one that was learned
  uint32_t unusual_ = 0;      // seconds since a minute that was as usual
  double usual_minute_ = 0;   // SYNs per second that are known of a minute
  std::vector<SourceMinute> minutes_;
  Crossing crossing_;
  ServiceRisk risk_;
};

}  // namespace synsplice
