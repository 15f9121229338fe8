#include "admin/top_sources.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

namespace synsplice {
namespace {

using Key = std::pair<uint16_t, Address>;

constexpr uint8_t kLengthV4 = 32, kLengthV6 = 64;

// What a worker does not name may be its floor.
struct Sum {
  uint64_t syns = 0, error = 0, floors = 0;
};

std::map<Key, Sum> SumsOf(std::span<const SourceList> workers) {
  std::map<Key, Sum> sums;
  for (const SourceList& list : workers) {
    for (const SourceRecord& record : list.sources) {
      Sum& sum = sums[{record.service, record.source}];
      sum.syns += record.syns;
      sum.error += record.error;
      sum.floors += list.floor;
    }
  }
  return sums;
}

SourceState StateOf(const Key& key, const Sum& sum, uint64_t all_floors) {
  const auto& [service, address] = key;
  const uint64_t unnamed = all_floors - sum.floors;
  return {{address, address.IsV4() ? kLengthV4 : kLengthV6},
          service,
          sum.syns + unnamed,
          sum.error + unnamed};
}

// Whether at least half of it is there, whatever the sample has caught by chance: the standard
// deviation of a sample of one in kOneLook.
bool IsCertain(const SourceState& source) {
  const double by_chance = std::sqrt(static_cast<double>(kOneLook * source.syns));
  return static_cast<double>(source.certain()) >= static_cast<double>(source.syns) / 2 + by_chance;
}

void KeepFirstOfEachService(std::vector<SourceState>& sources) {
  std::map<uint16_t, size_t> kept;
  std::erase_if(sources, [&](const SourceState& source) {
    return ++kept[source.service] > kMostSourcesOfService;
  });
}

}  // namespace

std::vector<SourceState> MergeSources(std::span<const SourceList> workers) {
  uint64_t all_floors = 0;
  for (const SourceList& list : workers) all_floors += list.floor;
  std::vector<SourceState> sources;
  for (const auto& [key, sum] : SumsOf(workers)) {
    const SourceState source = StateOf(key, sum, all_floors);
    if (source.certain() > 0 && IsCertain(source)) sources.push_back(source);
  }
  std::ranges::stable_sort(sources, std::greater(), &SourceState::certain);
  KeepFirstOfEachService(sources);
  return sources;
}

}  // namespace synsplice
