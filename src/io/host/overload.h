// When a worker that is too slow for its port leaves SYNs, so that connections are served.
//
// Frames are lost also while a worker was away (a core that it shares): then it has the time to
// answer what the ring holds, and a SYN that is left costs its client a second. Only a worker that
// reads and reads and never sees its queue's end is too slow.
#pragma once

namespace synsplice {

class Overload {
 public:
  // Full bursts of 64 frames: two receive rings of the usual size.
  static constexpr int kFullRounds = 64;

  // After each round: whether it read a full burst, and whether the port has lost frames of late.
  void Round(bool is_full, bool loses) {
    full_rounds_ = is_full ? full_rounds_ + (full_rounds_ < kFullRounds) : 0;
    connections_first_ = loses && (connections_first_ || full_rounds_ == kFullRounds);
  }
  // Leaving SYNs ends the losses: it stays so until the port has lost none for a while.
  bool ConnectionsFirst() const { return connections_first_; }

 private:
  int full_rounds_ = 0;
  bool connections_first_ = false;
};

}  // namespace synsplice
