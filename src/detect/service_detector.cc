#include "detect/service_detector.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace synsplice {
namespace {

constexpr double kMinute = MinuteWindow::kSeconds;
// SYNs of a minute that tell a share.
constexpr double kTellsShare = 20;

// In percent, as the threshold has it: whoever is on a list is known to the operator.
int64_t WeightOf(Tier tier) {
  switch (tier) {
    case Tier::kAllow:
      return 50;
    case Tier::kLog:
      return 150;
    case Tier::kChallenge:
      return 200;
    default:
      return 100;
  }
}

// What is left of a mean after so many seconds.
double Fades(uint32_t seconds) { return std::pow(1 - 1 / kMinute, seconds); }

int64_t Percent(double of, double usual) {
  const double percent = 100 * of / usual;
  return std::min(static_cast<int64_t>(percent), ServiceDetector::kMostPercent);
}

}  // namespace

// False: hardly any time has passed.
bool ServiceDetector::Take(Time now, const ServiceSample& sample) {
  const Before before = before_.value_or(Before{now, sample.syns, sample.completed});
  const double seconds = static_cast<double>((now - before.at).count()) / 1000;
  if (before_ && seconds < 0.5) return false;
  before_ = Before{now, sample.syns, sample.completed};
  // A late look finds what has come evenly, as far as anybody knows.
  passed_ = static_cast<uint32_t>(std::min(std::lround(seconds), std::lround(kMinute)));
  const auto rate = [&](uint64_t earlier, uint64_t later) {
    return later > earlier ? static_cast<double>(later - earlier) / seconds : 0;
  };
  for (uint32_t i = 0; i < passed_; ++i) {
    window_.Add(rate(before.syns, sample.syns), rate(before.completed, sample.completed));
  }
  return passed_ != 0;
}

WindowRisk ServiceDetector::RiskOf(const MinuteWindow::Counts& counts, double usual_syns,
                                   double least) const {
  const double expected = std::max(usual_syns, counts.completed);
  WindowRisk risk{counts.syns, counts.incomplete, usual_syns, risk_.usual_incomplete * expected};
  risk.percent = Percent(counts.incomplete, std::max(risk.usual_incomplete, least));
  return risk;
}

void ServiceDetector::Judge(const Settings& settings, UtcSecond now) {
  const auto usual = [&](const UsualRate& rate) {
    const double known = rate.At(now);
    return baseline_.IsLearning() ? std::max<double>(known, settings.default_syns) : known;
  };
  usual_minute_ = baseline_.minute.At(now);
  risk_.usual_incomplete = std::max(Share(), baseline_.IsLearning() ? kDefaultShare : kLeastShare);
  const double least = settings.detector.least_syns;
  risk_.second = RiskOf(window_.Second(), usual(baseline_.second), 1);
  if (risk_.second.incomplete < least) risk_.second.percent = 0;
  // The least in one second of the minute is no more than usual.
  const MinuteWindow::Counts minute = window_.Of(MinuteWindow::kSeconds);
  risk_.minute = RiskOf(minute, usual(baseline_.minute), std::max(least / kMinute, 1.0));
  risk_.incomplete = minute.syns > 0 ? minute.incomplete / minute.syns : 0;
  risk_.percent = risk_.OfService();
}

double ServiceDetector::Share() const {
  return baseline_.incomplete.Median().value_or(kDefaultShare);
}

// SYNs that so many connections let expect.
double ServiceDetector::Backed(double completed) const {
  return completed / (1 - std::min(Share(), kMostBacking));
}

// SYNs per second without a connection, beyond the usual share of what is usual, or backed now.
double ServiceDetector::Excess(size_t seconds) const {
  const MinuteWindow::Counts counts = window_.Of(seconds);
  const double expected = std::max(usual_minute_, Backed(counts.completed));
  return std::max(counts.incomplete - Share() * expected, 0.0);
}

// What of it cannot be as usual: no more than is in excess.
int64_t ServiceDetector::PercentOf(const SourceSample& source, double minute, double least) const {
  const double now = std::min(source.syns, Excess(MinuteWindow::kTen));
  if (now < least) return 0;
  const double long_since = std::min(minute, Excess(MinuteWindow::kSeconds));
  return std::min(Percent(now, risk_.usual_source),
                  Percent(long_since, std::max(risk_.usual_source, least / kMinute)));
}

void ServiceDetector::FadeSources(const ServiceSample& sample) {
  for (SourceMinute& minute : minutes_) {
    minute.syns *= Fades(passed_);
    minute.is_here = std::ranges::find(sample.sources, minute.source, &SourceSample::source) !=
                     sample.sources.end();
  }
  std::erase_if(minutes_, [](const SourceMinute& m) { return !m.is_here && m.syns < 1; });
}

// Where all places are taken, that of the least one that does not send now. Null: all send.
ServiceDetector::SourceMinute* ServiceDetector::MinuteOf(const Prefix& source) {
  const auto known = std::ranges::find(minutes_, source, &SourceMinute::source);
  if (known != minutes_.end()) return &*known;
  const SourceMinute fresh{source, 0, true};
  if (minutes_.size() < kMostSources) return &minutes_.emplace_back(fresh);
  SourceMinute& least = *std::ranges::min_element(
      minutes_, {}, [](const SourceMinute& m) { return std::pair(m.is_here, m.syns); });
  if (least.is_here) return nullptr;
  least = fresh;
  return &least;
}

void ServiceDetector::JudgeSources(const Settings& settings, const ServiceSample& sample) {
  const double least = settings.detector.least_syns;
  FadeSources(sample);
  risk_.sources.clear();
  for (const SourceSample& source : sample.sources) {
    SourceMinute* const minute = MinuteOf(source.source);
    if (!minute) continue;
    minute->syns += (1 - Fades(passed_)) * source.syns;
    const int64_t percent = PercentOf(source, minute->syns, least) * WeightOf(source.tier) / 100;
    risk_.sources.push_back({source.source, source.tier, source.syns, percent});
    risk_.percent = std::max(risk_.percent, percent);
  }
  std::ranges::stable_sort(risk_.sources, std::greater(), &SourceRisk::percent);
}

// Where much is in excess, one source may be it: nobody learns from what may become an attack.
void ServiceDetector::LearnSource(UtcSecond now, const ServiceSample& sample, double least) {
  if (Excess(MinuteWindow::kTen) >= least / 2) return;
  const double most = sample.sources.empty() ? 0 : sample.sources.front().syns;
  baseline_.source.Learn(now, most);
  const double all = window_.Of(MinuteWindow::kTen).syns;
  if (most == 0 || all == 0) return;
  const auto connections = static_cast<double>(sample.connections);
  baseline_.held.Learn(now, connections * std::min(most / all, 1.0));
}

// What of a window may become usual: fewer than tell an attack do no harm.
double ServiceDetector::Learnable(const Settings& settings, const UsualRate& usual,
                                  const WindowRisk& window) const {
  const bool is_known = !baseline_.IsLearning() && usual.level() > 0;
  const double unbacked = is_known ? kGrowth * usual.level() : settings.default_syns;
  const double backed = Backed(window.syns - window.incomplete);
  const double least = settings.detector.least_syns;
  return std::min(window.syns, std::max({unbacked, backed, least}));
}

void ServiceDetector::LearnRates(const Settings& settings, UtcSecond now,
                                 const ServiceSample& sample) {
  const double second = Learnable(settings, baseline_.second, risk_.second);
  const double minute = Learnable(settings, baseline_.minute, risk_.minute);
  for (uint32_t i = 0; i < passed_; ++i) {
    baseline_.second.Learn(now, second);
    baseline_.minute.Learn(now, minute);
    LearnSource(now, sample, settings.detector.least_syns);
  }
}

void ServiceDetector::LearnShare(bool is_usual) {
  until_share_ += passed_;
  if (until_share_ < MinuteWindow::kSeconds) return;
  until_share_ = 0;
  if (is_usual) unusual_ = 0;
  if (risk_.minute.syns * kMinute < kTellsShare) return;
  baseline_.incomplete.Learn(risk_.incomplete, is_usual ? 1 : kWeightOfUnusual);
}

// Of what lasts the share is learned first, which takes twice as long as is known of it before, a
// day and a half at most. Then the rates.
void ServiceDetector::Learn(const Settings& settings, UtcSecond now, const ServiceSample& sample) {
  const int64_t worst = std::max({risk_.second.percent, risk_.minute.percent, risk_.percent});
  const bool is_usual = worst < kTeachesBelow && !crossing_.is_crossed();
  if (!is_usual) unusual_ = std::min(unusual_ + passed_, kLasts + 1);
  if (!is_usual && unusual_ <= kLasts) return;
  const bool share_is_usual = risk_.incomplete * 100 < kTeachesBelow * risk_.usual_incomplete;
  if (is_usual || share_is_usual) LearnRates(settings, now, sample);
  baseline_.learned_s += passed_;
  baseline_.learned_at = now;
  LearnShare(is_usual);
}

void ServiceDetector::Tell(UtcSecond now) {
  risk_.learning = baseline_.IsLearning();
  risk_.learned_s = baseline_.learned_s;
  risk_.is_attack = crossing_.is_crossed();
  risk_.day = {baseline_.second.OfDay(now), baseline_.minute.OfDay(now),
               baseline_.source.OfDay(now), baseline_.held.OfDay(now),
               baseline_.incomplete.Median().value_or(0)};
}

const ServiceRisk& ServiceDetector::Look(const Settings& settings, Time now,
                                         const ServiceSample& sample) {
  const UtcSecond second = ToSecond(now);
  if (!Take(now, sample)) return Tell(second), risk_;
  Judge(settings, second);
  const double usual_source = baseline_.source.At(second);
  risk_.usual_source =
      std::max(usual_source, baseline_.IsLearning() ? double(settings.detector.least_syns) : 1.0);
  JudgeSources(settings, sample);
  const Threshold& threshold = settings.detector.risk_percent;
  if (threshold.start == 0) {
    crossing_.Forget();
  } else {
    crossing_.Follow(threshold, risk_.percent, now);
  }
  Learn(settings, second, sample);
  Tell(second);
  return risk_;
}

}  // namespace synsplice
