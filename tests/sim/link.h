// One direction of a cable that misbehaves.
#pragma once

#include <cstdint>

#include "packet.h"
#include "random.h"

namespace synsplice::sim {

// Chances are in thousandths per frame.
struct LinkQuality {
  uint32_t loss = 0;
  uint32_t duplication = 0;
  uint32_t reordering = 0;  // such frames are late by up to `lateness` milliseconds
  uint32_t corruption = 0;
  uint32_t truncation = 0;
  uint32_t marking = 0;   // of those that are ECN-capable: congestion experienced
  uint32_t delay = 1;     // milliseconds
  uint32_t lateness = 0;  // milliseconds

  bool KeepsOrder() const { return reordering == 0 && duplication == 0; }
  bool IsLossless() const { return loss == 0 && corruption == 0 && truncation == 0; }
};

// What becomes of one frame: how many copies arrive (0-2), each after so many milliseconds.
struct Fate {
  int copies = 1;
  uint32_t delays[2] = {};
};

// Decides a frame's fate, marks or damages it in place. Frames that are neither reordered nor
// duplicated have the same delay, and so keep their order.
Fate Transmit(const LinkQuality& quality, Random& random, Packet& packet);

}  // namespace synsplice::sim
