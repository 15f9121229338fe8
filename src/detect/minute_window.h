// The last minute of a service, second by second: its SYNs, and the connections that they became.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace synsplice {

class MinuteWindow {
 public:
  static constexpr size_t kSeconds = 60;
  static constexpr size_t kTen = 10;

  void Add(double syns, double completed);

  // A connection comes up to a second behind its SYN, which depends on how far away the client is:
  // SYNs are judged when the second after theirs is over, too.
  struct Counts {
    double syns = 0;        // per second
    double completed = 0;   // per second
    double incomplete = 0;  // SYNs per second that have become none
  };
  // Of the one second that can be judged: what has become of them in it, or in the one after it.
  Counts Second() const;
  // Of the so many up to it, those before the first one empty. REQUIRES: seconds <= kSeconds.
  Counts Of(size_t seconds) const;

 private:
  struct Pair {
    double syns = 0, completed = 0;
  };
  const Pair& Ago(size_t seconds) const { return pairs_[(next_ + kPairs - 1 - seconds) % kPairs]; }

  static constexpr size_t kPairs = kSeconds + 1;
  std::array<Pair, kPairs> pairs_{};
  size_t next_ = 0;
};

}  // namespace synsplice
