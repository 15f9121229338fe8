#include "syn_sources.h"

#include <algorithm>
#include <array>

namespace synsplice {
namespace {

StreamSummary::Key Masked(StreamSummary::Key key) {
  if (!key.source.IsV4()) key.source.low = 0;
  return key;
}

constexpr auto kSeconds = static_cast<uint32_t>(SynSources::kWindow.count());

}  // namespace

SynSources::SynSources(const SipKey& key) : gap_key_(key), current_(key), before_(key) {
  ahead_ = NextGap();
}

// From 1 to 2 kOneOf - 1, kOneOf on average.
uint32_t SynSources::NextGap() {
  constexpr uint64_t kGaps = 2 * kOneOf - 1;
  return static_cast<uint32_t>(1 + ((FoldHash(gap_key_, ++gaps_) >> 32) * kGaps >> 32));
}

void SynSources::Note(StreamSummary::Key key, UtcSecond now) {
  Roll(now);
  current_.Note(Masked(key));
}

void SynSources::Roll(UtcSecond now) {
  left_ = kSeconds - static_cast<uint32_t>(now % kSeconds);
  const int64_t window = now / kSeconds;
  if (window == window_) return;
  if (window == window_ + 1) {
    std::swap(current_, before_);
  } else {
    before_.Clear();
  }
  current_.Clear();
  window_ = window;
}

// Of both windows, in SYNs.
uint32_t SynSources::Weighted(uint64_t in_current, uint64_t in_before) const {
  return static_cast<uint32_t>((in_current * kSeconds + in_before * left_) * kOneOf / kSeconds);
}

// What has no place in a window may have come there as often as its least frequent one.
SourceRecord SynSources::RecordOf(const StreamSummary::Key& key) const {
  const auto in = [&](const StreamSummary& window) {
    const StreamSummary::Entry* entry = window.Find(key);
    return entry ? *entry : StreamSummary::Entry{key, window.floor(), window.floor()};
  };
  const StreamSummary::Entry current = in(current_), before = in(before_);
  SourceRecord record;
  record.source.Set(key.source);
  record.service = key.service;
  record.syns = Weighted(current.count, before.count);
  record.error = Weighted(current.error, before.error);
  return record;
}

void SynSources::Publish(UtcSecond now) {
  Roll(now);
  std::array<SourceRecord, 2 * StreamSummary::kPlaces> records;
  static_assert(records.size() <= SourceBoard::kRows);
  size_t count = 0;
  for (size_t i = 0; i < current_.size(); ++i) records[count++] = RecordOf(current_.At(i).key);
  for (size_t i = 0; i < before_.size(); ++i) {
    const StreamSummary::Key& key = before_.At(i).key;
    if (!current_.Find(key)) records[count++] = RecordOf(key);
  }
  board_.Write(std::span(records).first(count), Weighted(current_.floor(), before_.floor()));
}

}  // namespace synsplice
