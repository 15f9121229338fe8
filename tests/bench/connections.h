// Whole connections through a world, by the million: both ends of each, step by step, in bursts.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "bench/frame_template.h"
#include "bench/world.h"

namespace synsplice::test {

class Connections {
 public:
  // A frame of each connection. Numbers count from the ends' initial sequence numbers.
  struct Step {
    Side side;
    uint8_t flags;
    uint32_t seq, ack;
    std::string_view payload;
    Verdict expected;
  };
  // The handshakes; the client's request, the server's answer; the server closes.
  static const std::vector<Step> kSteps;
  static constexpr size_t kSyn = 0, kAck = 1, kSynAck = 2, kRequest = 3, kAnswer = 4;

  // `world` has BenchConfig(1, 1). Every client has a number below `count`.
  Connections(World& world, uint32_t count);

  // One step of at most kMaxBurst connections. Answers the seconds that judging the frames took.
  double Play(size_t step, std::span<const uint32_t> numbers);
  // All clients are connected.
  void OpenAll();
  // The next connections of the same clients begin later in the sequence space.
  void NextRound() { ++round_; }

 private:
  const Bytes& Frame(size_t step, uint32_t number);
  uint32_t ClientIsn(uint32_t number) const { return number * 40503u + round_ * 100000u; }

  World& world_;
  std::vector<FrameTemplate> templates_;
  std::vector<uint32_t> our_isns_;
  uint32_t round_ = 0;
  std::vector<Bytes> burst_;
};

}  // namespace synsplice::test
