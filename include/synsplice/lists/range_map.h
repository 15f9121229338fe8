// What numbers stand for, range by range: the ranges of all of a family's addresses in order.
//
// A look-up is a binary search among the few ranges that begin in the number's slice, one of 65536.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace synsplice {

template <typename Key>
class RangeMap {
 public:
  using Value = uint16_t;

  RangeMap() { Clear(); }

  void Clear() { starts_ = {0}, values_ = {0}, slices_ = {0, 1}, shift_ = kBits; }

  // From `start` on, until the next one, numbers stand for `value`. REQUIRES: `start` is no less
  // than the one before.
  void Append(Key start, Value value) {
    if (starts_.back() == start) {
      starts_.pop_back();
      values_.pop_back();
    }
    if (!values_.empty() && values_.back() == value) return;
    starts_.push_back(start);
    values_.push_back(value);
  }

  // Behind the last one. Look-ups are for afterwards.
  void Finish() {
    shift_ = kBits - kSliceBits;
    slices_.assign((1u << kSliceBits) + 1, static_cast<uint32_t>(starts_.size()));
    size_t range = 0;
    for (size_t slice = 0; slice < slices_.size() - 1; ++slice) {
      while (range < starts_.size() && starts_[range] >> shift_ < slice) ++range;
      slices_[slice] = static_cast<uint32_t>(range);
    }
    starts_.shrink_to_fit();
    values_.shrink_to_fit();
  }

  Value Find(Key key) const {
    const auto slice = shift_ == kBits ? 0 : static_cast<size_t>(key >> shift_);
    const auto first = starts_.begin() + slices_[slice],
               last = starts_.begin() + slices_[slice + 1];
    return values_[static_cast<size_t>(std::upper_bound(first, last, key) - starts_.begin()) - 1];
  }

  size_t size() const { return starts_.size(); }
  // The last number of a range.
  Key LastOf(size_t range) const {
    return range + 1 == size() ? static_cast<Key>(~Key{0}) : starts_[range + 1] - 1;
  }
  Key FirstOf(size_t range) const { return starts_[range]; }
  Value ValueOf(size_t range) const { return values_[range]; }
  size_t bytes() const {
    return starts_.size() * sizeof(Key) + values_.size() * sizeof(Value) + slices_.size() * 4;
  }

 private:
  static constexpr unsigned kBits = 8 * sizeof(Key), kSliceBits = 16;

  std::vector<Key> starts_;  // the first one is 0
  std::vector<Value> values_;
  std::vector<uint32_t> slices_;  // first range that begins in it or behind
  unsigned shift_;
};

}  // namespace synsplice
