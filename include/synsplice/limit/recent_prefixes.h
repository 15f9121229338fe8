// Which client prefixes something happened to of late: a sketch of constant size (rules 31, 32).
//
// A Bloom filter whose cells hold the second in which they were last set, in place of a bit: it
// ages by itself, no sweep and no second half is needed, and every caller asks for the age that it
// means. All cells of a prefix lie in one cache line. It never forgets too early. It may take a
// prefix for a recent one that it is not: 50 000 prefixes within the age asked for make 3 % of the
// others look so, and a cell that was left alone for 18 hours looks recent once more.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/base/fold_hash.h"
#include "synsplice/base/prefetch.h"
#include "synsplice/base/time.h"

namespace synsplice {

// The /24 of an IPv4 address, the /64 of an IPv6 one, in one word: for hashing only. An address's
// last byte is the highest one of its low word.
inline uint64_t PrefixOf(const AddressWords& address) {
  return address.IsV4() ? address.low << 8 : address.high;
}

class RecentPrefixes {
 public:
  // Longer ages would meet cells of the last turn of their 16 bits.
  static constexpr Seconds kLongestAge{1 << 14};

  // 1 MB, all of it old.
  RecentPrefixes(const SipKey& key, Time start);

  void Note(uint64_t prefix, UtcSecond now) {
    const Place place = PlaceOf(SpotOf(prefix));
    Line& line = lines_[place.line];
    line.seconds[place.first] = line.seconds[place.second] = static_cast<uint16_t>(now);
  }

  // A prefix's hash, for those who ask twice: once that it be fetched, once what it says.
  struct Spot {
    uint64_t hash;
  };
  Spot SpotOf(uint64_t prefix) const { return {FoldHash(key_, prefix)}; }

  void Prefetch(Spot spot) const { PrefetchLine(&lines_[PlaceOf(spot).line]); }

  // Whether the prefix was noted at most `age` ago. REQUIRES: age <= kLongestAge.
  bool WasNoted(uint64_t prefix, UtcSecond now, Seconds age) const {
    return WasNoted(SpotOf(prefix), now, age);
  }
  bool WasNoted(Spot spot, UtcSecond now, Seconds age) const {
    const Place place = PlaceOf(spot);
    const Line& line = lines_[place.line];
    const auto second = static_cast<uint16_t>(now);
    return static_cast<uint16_t>(second - line.seconds[place.first]) <= age.count() &&
           static_cast<uint16_t>(second - line.seconds[place.second]) <= age.count();
  }

 private:
  static constexpr size_t kLineBits = 14;
  static constexpr size_t kCellBits = 5;

  struct alignas(64) Line {
    std::array<uint16_t, 1 << kCellBits> seconds;  // low bits of UTC seconds
  };
  static_assert(sizeof(Line) == 64);

  struct Place {
    size_t line, first, second;
  };

  static Place PlaceOf(Spot spot) {
    constexpr uint64_t kCells = (1 << kCellBits) - 1;
    return {spot.hash >> (64 - kLineBits), spot.hash & kCells, spot.hash >> kCellBits & kCells};
  }

  FoldKey key_;
  std::vector<Line> lines_;
};

}  // namespace synsplice
