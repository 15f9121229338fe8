// A token bucket in one word: the moment at which it is full again (rules 40, 41).
//
// The generic cell rate algorithm (ITU-T I.371, virtual scheduling) lets the same ones through as a
// bucket that counts tokens does: each takes the interval of the rate, and is let in while no more
// is owed than the burst. Several workers share a word exactly, by compare-exchange.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

#include "synsplice/base/time.h"

namespace synsplice {

// Moments of buckets: milliseconds since 1970 in parts of 2^20, so that a million in a second are
// told apart to a part in two thousand, and a hundred million to a twentieth.
using BucketTime = int64_t;
inline constexpr BucketTime kBucketMillisecond = BucketTime{1} << 20;

constexpr BucketTime ToBucketTime(Milliseconds duration) {
  return duration.count() * kBucketMillisecond;
}
constexpr BucketTime ToBucketTime(Time time) { return ToBucketTime(time.time_since_epoch()); }

// `count` in each `per`, `burst` of them at once. REQUIRES: count, burst > 0; a burst takes less
// than a year.
struct BucketShape {
  BucketShape(uint32_t count, Milliseconds per, uint32_t burst)
      : interval((ToBucketTime(per) + count / 2) / count), depth(interval * burst) {}

  BucketTime interval;  // of a token
  BucketTime depth;     // of all that fit in
};

// Never used: full.
inline constexpr BucketTime kFullBucket = std::numeric_limits<BucketTime>::min();

// Takes a token of the bucket that is full at `full_at`: the moment at which there is one, at most
// `patience` later; those who wait for theirs follow each other. nullopt: there is none, nothing is
// taken. After a change of its shape a bucket owes no more than it holds.
inline std::optional<Time> TakeToken(BucketTime& full_at, const BucketShape& shape, Time now,
                                     Milliseconds patience = {}) {
  const BucketTime at = ToBucketTime(now), longest = ToBucketTime(patience);
  const BucketTime owed = std::clamp(full_at, at, at + shape.depth + longest);
  const BucketTime wait = std::max(owed + shape.interval - shape.depth - at, BucketTime{0});
  full_at = wait > longest ? owed : owed + shape.interval;
  if (wait > longest) return std::nullopt;
  return now + Milliseconds((wait + kBucketMillisecond - 1) / kBucketMillisecond);
}

// Takes up to so many tokens, those that there are now; answers how many.
inline uint32_t TakeTokens(BucketTime& full_at, const BucketShape& shape, Time now,
                           uint32_t wanted) {
  const BucketTime at = ToBucketTime(now), end = at + shape.depth;
  const BucketTime owed = std::max(full_at, at), all = shape.interval * wanted;
  if (owed + all <= end) {
    full_at = owed + all;
    return wanted;
  }
  const BucketTime room = std::max(end - owed, BucketTime{0}), taken = room - room % shape.interval;
  full_at = std::min(owed, end) + taken;
  return static_cast<uint32_t>(taken / shape.interval);
}

// Tokens that were taken go back into the bucket.
inline void GiveTokensBack(BucketTime& full_at, const BucketShape& shape, uint32_t count) {
  if (full_at != kFullBucket) full_at -= shape.interval * count;
}

// Thread-safe.
class RateBucket {
 public:
  std::optional<Time> Take(const BucketShape& shape, Time now, Milliseconds patience = {}) {
    return Change([&](BucketTime& full_at) { return TakeToken(full_at, shape, now, patience); });
  }
  uint32_t TakeUpTo(uint32_t wanted, const BucketShape& shape, Time now) {
    return Change([&](BucketTime& full_at) { return TakeTokens(full_at, shape, now, wanted); });
  }
  void GiveBack(const BucketShape& shape, uint32_t count = 1) {
    Change([&](BucketTime& full_at) { return GiveTokensBack(full_at, shape, count), 0; });
  }

 private:
  template <typename How>
  std::invoke_result_t<How, BucketTime&> Change(How how) {
    BucketTime before = full_at_.load(std::memory_order_relaxed);
    while (true) {
      BucketTime after = before;
      const auto result = how(after);
      if (after == before) return result;
      if (full_at_.compare_exchange_weak(before, after, std::memory_order_relaxed)) return result;
    }
  }

  std::atomic<BucketTime> full_at_{kFullBucket};
};

}  // namespace synsplice
