#include "control/lists/prefilter_plan.h"

#include <algorithm>
#include <set>

namespace synsplice {
namespace {

ListMask AllLists(const Policy& policy) {
  ListMask all = 0;
  for (const ListConfig& list : policy.config().lists) all |= MaskOf(policy.ListNumber(list.name));
  return all;
}

bool IsLeftToCore(const Policy& policy, const Listener& listener) {
  const ServiceConfig& service = policy.service(listener);
  return service.mode == Mode::kMonitor || !service.vlans.empty() ||
         !service.signed_bypass.empty() || policy.ListsOf(listener) != AllLists(policy);
}

// By which IPv4 is longer as a part of IPv6 (RFC 4291 2.5.5.2).
constexpr uint8_t kMappedV4Bits = 96;

ListedPrefix InTrie(const Prefix& prefix, ListId list, Tier tier) {
  const unsigned more = prefix.address.IsV4() ? kMappedV4Bits : 0;
  return {prefix.address, static_cast<uint8_t>(prefix.length + more), list, tier};
}

void AddTo(std::vector<uint64_t>& counts, const std::vector<uint64_t>& more) {
  counts.resize(std::max(counts.size(), more.size()));
  for (size_t i = 0; i < more.size(); ++i) counts[i] += more[i];
}

bool HasBudget(const ServiceConfig& service, bool challenged) {
  return service.mode == Mode::kAlways || (service.mode == Mode::kAdaptive && challenged);
}

}  // namespace

std::vector<GuardedEndpoint> GuardedEndpoints(const Policy& policy,
                                              const std::vector<bool>& challenged) {
  std::vector<GuardedEndpoint> guarded;
  std::set<Endpoint> left;
  for (size_t id = 1; id < policy.listener_count(); ++id) {
    const Listener& listener = policy.listener(static_cast<ListenerId>(id));
    if (listener.IsRemoved()) continue;
    if (IsLeftToCore(policy, listener)) {
      left.insert(listener.endpoint);
      continue;
    }
    const bool is_challenged = listener.service < challenged.size() && challenged[listener.service];
    guarded.push_back(
        {listener.endpoint, listener.service, HasBudget(policy.service(listener), is_challenged)});
  }
  // The same one in another VLAN: the pre-filter tells none from the other.
  std::erase_if(guarded, [&](const auto& one) { return left.contains(one.endpoint); });
  return guarded;
}

bool AnyListBlocks(const Config& config) {
  return std::ranges::any_of(config.lists,
                             [](const ListConfig& list) { return list.tier == Tier::kBlock; });
}

std::vector<ListedPrefix> ListedPrefixes(std::span<const PrefixTable::Source> sources,
                                         std::span<const Tier> tiers) {
  std::vector<ListedPrefix> listed;
  size_t count = 0;
  for (const auto& source : sources) count += source.prefixes.size();
  if (count == 0) return listed;
  listed.reserve(count + 1);
  listed.push_back(InTrie({Address::V4(0), 0}, 0, Tier::kNone));
  for (auto source = sources.rbegin(); source != sources.rend(); ++source) {
    for (const Prefix& prefix : source->prefixes) {
      listed.push_back(InTrie(prefix, source->list, tiers[source->list]));
    }
  }
  return listed;
}

void PrefilterCounts::Add(const PrefilterCounts& more) {
  for (size_t i = 0; i < frames.size(); ++i) frames[i] += more.frames[i];
  for (size_t i = 0; i < by_list.size(); ++i) by_list[i] += more.by_list[i];
  AddTo(syns, more.syns);
  AddTo(blocked, more.blocked);
  bytes += more.bytes;
}

}  // namespace synsplice
