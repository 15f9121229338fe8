#include "admin/prefiltered.h"

namespace synsplice {
namespace {

// A rate over less says little.
constexpr Milliseconds kShortestLook{500};

const PrefilterCounts* CountsOf(const Snapshot& snapshot) {
  for (const PortState& port : snapshot.ports) {
    if (port.prefilter) return &*port.prefilter;
  }
  return nullptr;
}

}  // namespace

void Prefiltered::AddTo(Snapshot& snapshot) {
  const PrefilterCounts* counts = CountsOf(snapshot);
  if (!counts) return;
  JudgeFloods(*counts, snapshot);
  for (ListState& list : snapshot.lists) list.hits += counts->by_list[list.id];
  for (size_t i = 0; i < snapshot.services.size() && i < counts->syns.size(); ++i) {
    ServiceStatistics& statistics = snapshot.services[i].statistics;
    statistics.events[static_cast<size_t>(ServiceEvent::kSyns)] += counts->syns[i];
    statistics.is_flooded |= i < flooded_.size() && flooded_[i];
  }
}

void Prefiltered::JudgeFloods(const PrefilterCounts& counts, const Snapshot& snapshot) {
  const Milliseconds passed = snapshot.taken - looked_at_;
  if (passed < kShortestLook) return;
  looked_.syns.resize(counts.syns.size());
  flooded_.resize(counts.syns.size());
  for (size_t i = 0; i < snapshot.services.size() && i < counts.syns.size(); ++i) {
    const auto syns = static_cast<double>(counts.syns[i] - looked_.syns[i]);
    const double rate = syns * 1000 / static_cast<double>(passed.count());
    const double limit = snapshot.services[i].flood_syns_per_second;
    flooded_[i] = rate >= (flooded_[i] ? limit / 2 : limit);
  }
  looked_ = counts;
  looked_at_ = snapshot.taken;
}

}  // namespace synsplice
