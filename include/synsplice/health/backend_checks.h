// What checks of backends have found out: one worker asks, whoever receives the answer notes it,
// all of them look what it means.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "synsplice/base/counters.h"
#include "synsplice/base/siphash.h"
#include "synsplice/base/time.h"
#include "synsplice/policy/policy.h"

namespace synsplice {

// X(identifier, label)
#define SYNSPLICE_CHECK_RESULTS(X)                    \
  X(kAnswered, "answered")      /* a SYN-ACK */       \
  X(kRefused, "refused")        /* a RST */           \
  X(kSilent, "silent")          /* nothing in time */ \
  X(kNoNeighbour, "unresolved") /* nobody told a MAC */

#define SYNSPLICE_ENUM(identifier, label) identifier,
#define SYNSPLICE_LABEL(identifier, label) label,
enum class CheckResult : uint8_t { SYNSPLICE_CHECK_RESULTS(SYNSPLICE_ENUM) };
inline constexpr std::string_view kCheckResultLabels[] = {SYNSPLICE_CHECK_RESULTS(SYNSPLICE_LABEL)};
#undef SYNSPLICE_ENUM
#undef SYNSPLICE_LABEL
inline constexpr size_t kCheckResultCount = std::size(kCheckResultLabels);

constexpr std::string_view Name(CheckResult result) {
  return kCheckResultLabels[static_cast<size_t>(result)];
}

class BackendChecks {
 public:
  // What belongs to one check of one backend. Nobody who has not seen our SYN can tell it: who
  // forges an answer can neither take a dead backend up nor a live one down.
  struct Call {
    uint16_t port;  // ours
    uint32_t isn;   // ours
    uint64_t round;
  };
  // As it is published; times in milliseconds UTC, 0: never.
  struct Record {
    std::atomic<uint32_t> round{0};  // number of the check under way, or of the latest one
    std::atomic<uint8_t> result{0};  // of the latest one that is over
    std::atomic<bool> down{false};
    std::atomic<uint64_t> heard{0};  // round and result, of whoever received it
    std::atomic<int64_t> checked_at{0};
    std::atomic<int64_t> changed_at{0};  // up or down
    std::array<Counter, kCheckResultCount> counts;
  };

  explicit BackendChecks(const SipKey& seed)
      : key_{~seed.k0, seed.k1}, records_(std::make_unique<Records>()) {}

  Record& Of(BackendId id) { return (*records_)[id]; }
  const Record& Of(BackendId id) const { return (*records_)[id]; }

  // The SYN of the check that is under way.
  Call CallOf(BackendId id) const {
    const uint64_t round = Of(id).round.load(std::memory_order_relaxed);
    const uint64_t hash = HashOf(id, round);
    return {static_cast<uint16_t>(kFirstPort + (hash >> 32) % kPorts), static_cast<uint32_t>(hash),
            round};
  }
  // To the check of that round: another one may be under way by now.
  void NoteAnswer(BackendId id, uint64_t round, CheckResult result) {
    Of(id).heard.store(round << 8 | static_cast<uint8_t>(result), std::memory_order_relaxed);
  }
  // What was heard in the check that is under way.
  std::optional<CheckResult> AnswerTo(BackendId id) const {
    const uint64_t heard = Of(id).heard.load(std::memory_order_relaxed);
    if (heard >> 8 != Of(id).round.load(std::memory_order_relaxed)) return std::nullopt;
    return CheckResult(heard & 0xff);
  }

  // Changes whenever a backend goes down or comes up: a cheap way to see that.
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  void SetDown(BackendId id, bool down, Time now) {
    Of(id).changed_at.store(ToMilliseconds(now), std::memory_order_relaxed);
    Of(id).down.store(down, std::memory_order_relaxed);
    generation_.fetch_add(1, std::memory_order_release);
  }

 private:
  using Records = std::array<Record, kMostEndpoints>;
  // As hosts choose theirs. Another one each time: a host may still remember the check before.
  static constexpr uint16_t kFirstPort = 32768, kPorts = 28232;

  uint64_t HashOf(BackendId id, uint32_t round) const {
    const uint8_t input[] = {static_cast<uint8_t>(id),          static_cast<uint8_t>(id >> 8),
                             static_cast<uint8_t>(round),       static_cast<uint8_t>(round >> 8),
                             static_cast<uint8_t>(round >> 16), static_cast<uint8_t>(round >> 24)};
    return SipHash<2, 4>(key_, input);
  }

  const SipKey key_;
  std::unique_ptr<Records> records_;
  std::atomic<uint64_t> generation_{0};
};

}  // namespace synsplice
