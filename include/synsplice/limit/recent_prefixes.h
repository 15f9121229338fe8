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
#include "synsplice/base/siphash.h"
#include "synsplice/base/time.h"

namespace synsplice {

// The /24 of an IPv4 address, the /64 of an IPv6 one, in one word: for hashing only. An address's
// last byte is the highest one of its low word.
inline uint64_t PrefixOf(const Address& address) {
  return address.IsV4() ? address.Low() << 8 : address.High();
}

// A keyed hash that costs two multiplications (one alone leaves neighbours side by side): whoever
// guesses collisions gains what he would have without a sketch. `key` is secret.
inline uint64_t PrefixHash(uint64_t prefix, const SipKey& key) {
  const auto fold = [](uint64_t a, uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(product >> 64) ^ static_cast<uint64_t>(product);
  };
  return fold(fold(prefix ^ key.k0, key.k1 | 1) ^ key.k1, key.k0 | 1);
}

class RecentPrefixes {
 public:
  // Longer ages would meet cells of the last turn of their 16 bits.
  static constexpr Seconds kLongestAge{1 << 14};

  // 1 MB, all of it old.
  RecentPrefixes(const SipKey& key, Time start);

  void Note(uint64_t prefix, Time now) {
    const Place place = PlaceOf(prefix);
    Line& line = lines_[place.line];
    line.seconds[place.first] = line.seconds[place.second] = SecondOf(now);
  }

  // Whether the prefix was noted at most `age` ago. REQUIRES: age <= kLongestAge.
  bool WasNoted(uint64_t prefix, Time now, Seconds age) const {
    const Place place = PlaceOf(prefix);
    const Line& line = lines_[place.line];
    const uint16_t second = SecondOf(now);
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

  Place PlaceOf(uint64_t prefix) const {
    const uint64_t hash = PrefixHash(prefix, key_);
    constexpr uint64_t kCells = (1 << kCellBits) - 1;
    return {hash >> (64 - kLineBits), hash & kCells, hash >> kCellBits & kCells};
  }
  static uint16_t SecondOf(Time now) {
    return static_cast<uint16_t>(static_cast<uint64_t>(ToMilliseconds(now)) / 1000);
  }

  SipKey key_;
  std::vector<Line> lines_;
};

}  // namespace synsplice
