// What the pre-filter of an AF_XDP port has to know (rule 47), and what it tells: values, without
// the kernel.
//
// It may drop what the core would drop, nothing else: whatever is not here reaches the core.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "synsplice/lists/list_table.h"
#include "synsplice/policy/policy.h"

namespace synsplice {

// An endpoint whose service looks at all lists, and does what they say.
struct GuardedEndpoint {
  Endpoint endpoint;
  uint16_t service = 0;     // its number
  bool has_budget = false;  // its clients get cookies: each has so many SYNs

  bool operator==(const GuardedEndpoint&) const = default;
};

// `challenged`: whose clients get cookies now, by number of the service; those behind its end do
// not. Services in mode monitor are left to the core, as are those with lists of their own, those
// that are for some VLANs only, and those with signed_bypass.
std::vector<GuardedEndpoint> GuardedEndpoints(const Policy& policy,
                                              const std::vector<bool>& challenged);

// Whether there is a list that blocks.
bool AnyListBlocks(const Config& config);

// A prefix of a trie that has both families, and what the longest match says of its addresses.
struct ListedPrefix {
  Address address;
  uint8_t length = 0;  // of all 128 bits: of IPv4 96 more than people say
  ListId list = 0;     // 0: on none
  Tier tier = Tier::kNone;

  bool operator==(const ListedPrefix&) const = default;
};

// All prefixes of a table of ListTable. Of equal ones the last counts. The first is a hole for all
// of IPv4, on no list: to the trie it is a part of each short IPv6 prefix. Empty: there are none.
std::vector<ListedPrefix> ListedPrefixes(std::span<const PrefixTable::Source> sources,
                                         std::span<const Tier> tiers);

// Why it has dropped a frame.
inline constexpr std::string_view kPrefilterReasonLabels[] = {"list_block", "syn_budget"};
inline constexpr size_t kPrefilterReasonCount = std::size(kPrefilterReasonLabels);

// Since the start.
struct PrefilterCounts {
  std::array<uint64_t, kPrefilterReasonCount> frames{};
  std::array<uint64_t, kMaxLists + 1> by_list{};  // frames, by ListId
  // By number of the service: SYNs over a budget; frames of clients on a list. As in the core these
  // are no SYNs of the service, but its flood.
  std::vector<uint64_t> syns, blocked;
  uint64_t bytes = 0;  // of all frames

  void Add(const PrefilterCounts& more);
};

}  // namespace synsplice
