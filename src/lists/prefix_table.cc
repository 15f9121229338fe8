#include "synsplice/lists/prefix_table.h"

#include <algorithm>
#include <compare>
#include <unordered_map>

namespace synsplice {
namespace {

// A prefix as a range of numbers. In order: one that holds another one comes before it, of the same
// ones the list that stands first comes last.
template <typename Key>
struct Item {
  Key first = 0;
  uint8_t length = 0;
  uint8_t rank = 0;
  ListId list = 0;

  auto operator<=>(const Item&) const = default;
  Key last() const {
    constexpr unsigned kBits = 8 * sizeof(Key);
    return first | (length == kBits ? Key{0} : static_cast<Key>(~Key{0}) >> length);
  }
};

}  // namespace

// Goes through a family's prefixes in order, with those that are open at a place on a stack.
struct PrefixTable::Builder {
  PrefixTable& table;
  std::unordered_map<uint32_t, Match> known{};  // by list and rest

  template <typename Key>
  struct Open {
    Key last;
    Match match;
  };

  // `list` before the others. One that is at the head already adds nothing.
  Match Join(ListId list, Match rest) {
    if (table.links_[rest].list == list) return rest;
    const auto next = static_cast<Match>(table.links_.size());
    const auto [found, is_new] = known.try_emplace(uint32_t{list} << 16 | rest, next);
    if (!is_new) return found->second;
    table.links_.push_back({list, rest});
    if (next == UINT16_MAX) table.ok_ = false;
    return next;
  }

  template <typename Key>
  void CloseBefore(Key start, std::vector<Open<Key>>& open, RangeMap<Key>& ranges) {
    while (!open.empty() && open.back().last < start) Close(open, ranges);
  }

  template <typename Key>
  void Close(std::vector<Open<Key>>& open, RangeMap<Key>& ranges) {
    const Key last = open.back().last;
    open.pop_back();
    const Match rest = open.empty() ? Match{0} : open.back().match;
    if (last != static_cast<Key>(~Key{0})) ranges.Append(last + 1, rest);
  }

  template <typename Key>
  void Build(std::vector<Item<Key>>& items, RangeMap<Key>& ranges) {
    std::ranges::sort(items);
    std::vector<Open<Key>> open;
    for (const Item<Key>& item : items) {
      if (!table.ok_) return;
      CloseBefore(item.first, open, ranges);
      const Match match = Join(item.list, open.empty() ? Match{0} : open.back().match);
      ranges.Append(item.first, match);
      open.push_back({item.last(), match});
    }
    while (!open.empty()) Close(open, ranges);
    ranges.Finish();
  }

  // What is of a list, by the first 64 bits of its addresses.
  template <typename Key>
  static std::vector<NetworkSieve::Range> Listed(const RangeMap<Key>& ranges) {
    constexpr bool kV4 = sizeof(Key) == sizeof(uint32_t);
    std::vector<NetworkSieve::Range> listed;
    for (size_t i = 0; i < ranges.size(); ++i) {
      if (ranges.ValueOf(i) == 0) continue;
      const WideKey first = ranges.FirstOf(i), last = ranges.LastOf(i);
      if (kV4) {
        listed.push_back({uint64_t(first) << 32, uint64_t(last) << 32 | UINT32_MAX});
      } else {
        listed.push_back({uint64_t(first >> 64), uint64_t(last >> 64)});
      }
    }
    return listed;
  }
};

PrefixTable::PrefixTable(std::span<const Source> sources) : links_(1) {
  std::vector<Item<uint32_t>> v4;
  std::vector<Item<WideKey>> v6;
  for (size_t i = 0; i < sources.size(); ++i) {
    const auto rank = static_cast<uint8_t>(UINT8_MAX - i);
    const ListId list = sources[i].list;
    for (const auto& [address, length] : sources[i].prefixes) {
      if (address.IsV4()) {
        v4.push_back({KeyV4(address), length, rank, list});
      } else {
        v6.push_back({KeyV6(address), length, rank, list});
      }
    }
  }
  Builder builder{*this};
  builder.Build(v4, ranges_v4_);
  builder.Build(v6, ranges_v6_);
  networks_v4_ = NetworkSieve(Builder::Listed(ranges_v4_), true);
  networks_v6_ = NetworkSieve(Builder::Listed(ranges_v6_), false);
}

ListId PrefixTable::Find(const AddressWords& address, ListMask lists) const {
  Match match = address.IsV4() ? ranges_v4_.Find(KeyV4(address)) : ranges_v6_.Find(KeyV6(address));
  while (match != 0 && (lists & MaskOf(links_[match].list)) == 0) match = links_[match].rest;
  return links_[match].list;
}

size_t PrefixTable::bytes() const {
  return ranges_v4_.bytes() + ranges_v6_.bytes() + links_.size() * sizeof(Link);
}

}  // namespace synsplice
