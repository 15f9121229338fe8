// Who sends SYNs of late, by service: of one SYN in kOneOf on average a StreamSummary counts the
// source, an IPv4 address or the /64 of an IPv6 one.
//
// Which SYN is looked at, nobody can foresee: the gaps are drawn from a keyed hash. Two windows,
// the present one and the one before, of which counts what is not older than kWindow, as if it had
// come evenly. A source that sent n SYNs is told with n, give or take sqrt(kOneOf * n) by the
// sample.
#pragma once

#include <cstdint>
#include <utility>

#include "synsplice/base/time.h"
#include "synsplice/limit/stream_summary.h"
#include "synsplice/watch/source_board.h"

namespace synsplice {

class SynSources {
 public:
  static constexpr uint32_t kOneOf = 256;
  static constexpr Seconds kWindow{10};

  explicit SynSources(const SipKey& key);

  // Whether of so many SYNs that follow each other none is to be looked at: they are done then.
  [[gnu::always_inline]] bool Skip(uint32_t count) {
    if (count > ahead_) return false;
    ahead_ -= count;
    return true;
  }
  // After Skip(count) has said no: notes key_of(i) of those that are looked at.
  template <typename KeyOf>
  void Look(uint32_t count, UtcSecond now, KeyOf&& key_of) {
    while (ahead_ < count) {
      Note(key_of(ahead_), now);
      ahead_ += NextGap();
    }
    ahead_ -= count;
  }

  // The most frequent of the last kWindow, in SYNs; once a second.
  void Publish(UtcSecond now);
  const SourceBoard& board() const { return board_; }

 private:
  void Note(StreamSummary::Key key, UtcSecond now);
  void Roll(UtcSecond now);
  uint32_t NextGap();
  SourceRecord RecordOf(const StreamSummary::Key& key) const;
  uint32_t Weighted(uint64_t in_current, uint64_t in_before) const;

  FoldKey gap_key_;
  uint64_t gaps_ = 0;
  uint32_t ahead_ = 0;  // SYNs until the next one that is looked at
  int64_t window_ = 0;  // number of the current one
  uint32_t left_ = 0;   // seconds of the window before that still count
  StreamSummary current_, before_;
  SourceBoard board_;
};

}  // namespace synsplice
