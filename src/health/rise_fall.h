// When checks in a row make a backend be down, or up again.
#pragma once

namespace synsplice {

// Up until it is found down: a start or a new configuration takes nobody's backends away.
class RiseFall {
 public:
  bool is_up() const { return up_; }

  // One check more. Answers whether the state is another one than before.
  bool OnCheck(bool answered, unsigned rise, unsigned fall) {
    if (answered == up_) {
      against_ = 0;
      return false;
    }
    if (++against_ < (up_ ? fall : rise)) return false;
    up_ = !up_;
    against_ = 0;
    return true;
  }

 private:
  bool up_ = true;
  unsigned against_ = 0;  // checks in a row that contradict it
};

}  // namespace synsplice
