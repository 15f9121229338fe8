#include "synsplice/limit/stream_summary.h"

#include <algorithm>
#include <utility>

namespace synsplice {

void StreamSummary::Clear() {
  size_ = 0;
  heads_.fill(kNone);
}

StreamSummary::Index& StreamSummary::HeadOf(const Key& key) {
  return heads_[FoldHash(hash_key_, key.source.high, key.source.low, key.service) % kHeads];
}

const StreamSummary::Entry* StreamSummary::Find(const Key& key) const {
  Index index = const_cast<StreamSummary&>(*this).HeadOf(key);
  while (index != kNone && entries_[index].key != key) index = next_[index];
  return index == kNone ? nullptr : &entries_[index];
}

void StreamSummary::Unlink(Index index) {
  Index* link = &HeadOf(entries_[index].key);
  while (*link != index) link = &next_[*link];
  *link = next_[index];
}

// A free one, or that of the least frequent.
StreamSummary::Index StreamSummary::TakePlace(const Key& key) {
  const bool is_free = size_ < kPlaces;
  const Index index = is_free ? static_cast<Index>(size_) : order_[size_ - 1];
  if (is_free) {
    entries_[index] = {};
    order_[size_] = rank_[index] = index;
    ++size_;
  } else {
    Unlink(index);
  }
  Entry& entry = entries_[index];
  entry.key = key;
  entry.error = entry.count;
  Index& head = HeadOf(key);
  next_[index] = head;
  head = index;
  return index;
}

// The first one that is as frequent goes to its rank: the order stays right.
void StreamSummary::CountOneMore(Index index) {
  const auto more = [&](Index other) { return entries_[other].count > entries_[index].count; };
  const auto ranked = std::span(order_).first(size_);
  const auto first = std::ranges::partition_point(ranked, more);
  std::swap(*first, order_[rank_[index]]);
  rank_[order_[rank_[index]]] = rank_[index];
  rank_[index] = static_cast<uint8_t>(first - ranked.begin());
  ++entries_[index].count;
}

void StreamSummary::Note(const Key& key) {
  const Entry* known = Find(key);
  CountOneMore(known ? static_cast<Index>(known - entries_.data()) : TakePlace(key));
}

}  // namespace synsplice
