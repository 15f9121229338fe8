#include "admin/prefiltered.h"

#include <algorithm>

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

template <typename Statistics>
auto& SynsOf(Statistics& statistics) {
  return statistics.events[static_cast<size_t>(ServiceEvent::kSyns)];
}

}  // namespace

void Prefiltered::AddTo(Snapshot& snapshot) {
  const PrefilterCounts* counts = CountsOf(snapshot);
  if (!counts) return;
  JudgeFloods(*counts, snapshot);
  for (ListState& list : snapshot.lists) list.hits += counts->by_list[list.id];
  for (size_t i = 0; i < snapshot.services.size() && i < counts->syns.size(); ++i) {
    ServiceStatistics& statistics = snapshot.services[i].statistics;
    SynsOf(statistics) += counts->syns[i];
    statistics.is_flooded |= i < flooded_.size() && flooded_[i];
  }
}

// One worker may have all of what the kernel has dropped, and has its part of the rest: limits are
// for one.
void Prefiltered::JudgeFloods(const PrefilterCounts& counts, const Snapshot& snapshot) {
  const Milliseconds passed = snapshot.taken - looked_at_;
  if (passed < kShortestLook) return;
  const size_t workers = std::max<size_t>(snapshot.statistics.workers.size(), 1);
  looked_.resize(counts.syns.size());
  flooded_.resize(counts.syns.size());
  for (size_t i = 0; i < snapshot.services.size() && i < counts.syns.size(); ++i) {
    const ServiceState& service = snapshot.services[i];
    const uint64_t frames =
        counts.syns[i] + counts.blocked[i] + SynsOf(service.statistics) / workers;
    const auto more = static_cast<double>(frames - std::min(looked_[i], frames));
    const double rate = more * 1000 / static_cast<double>(passed.count());
    const double limit = service.flood_syns_per_second;
    flooded_[i] = rate >= (flooded_[i] ? limit / 2 : limit);
    looked_[i] = frames;
  }
  looked_at_ = snapshot.taken;
}

}  // namespace synsplice
