#include "capture/capture_ring.h"

#include <cstring>
#include <type_traits>

namespace synsplice {
namespace {

static_assert(std::is_trivially_copyable_v<CaptureEntry>);

// Every frame begins at a multiple of it, so there is room for an entry at the end of the memory,
// or none at all.
constexpr size_t kUnit = 32;
static_assert(sizeof(CaptureEntry) <= kUnit);

// In the place of an entry: the rest of the memory is not used, the next one is at its beginning.
constexpr uint32_t kNothing = UINT32_MAX;

}  // namespace

// All of it is touched now: the writer must not wait for the kernel.
CaptureRing::CaptureRing(size_t bytes)
    : size_(bytes), memory_(std::make_unique<uint8_t[]>(bytes)) {}

size_t CaptureRing::SizeOf(const CaptureEntry& entry) {
  return kUnit + (entry.captured + kUnit - 1) / kUnit * kUnit;
}

bool CaptureRing::Put(const CaptureEntry& entry, std::span<const uint8_t> bytes) {
  uint64_t at = written_.load(std::memory_order_relaxed);
  const size_t size = SizeOf(entry), rest = ToEnd(at);
  const size_t skipped = rest < size ? rest : 0;
  const size_t used = at - read_.load(std::memory_order_acquire);
  if (used + skipped + size > size_) return false;
  if (skipped != 0) {
    reinterpret_cast<CaptureEntry*>(At(at))->captured = kNothing;
    at += skipped;
  }
  std::memcpy(At(at), &entry, sizeof entry);
  std::memcpy(At(at) + kUnit, bytes.data(), bytes.size());
  written_.store(at + size, std::memory_order_release);
  return true;
}

const CaptureEntry* CaptureRing::Front() {
  uint64_t at = read_.load(std::memory_order_relaxed);
  if (at == written_.load(std::memory_order_acquire)) return nullptr;
  const auto* entry = reinterpret_cast<const CaptureEntry*>(At(at));
  if (entry->captured != kNothing) return entry;
  at += ToEnd(at);
  read_.store(at, std::memory_order_release);
  return reinterpret_cast<const CaptureEntry*>(At(at));
}

std::span<const uint8_t> CaptureRing::bytes() const {
  const uint8_t* front = At(read_.load(std::memory_order_relaxed));
  return {front + kUnit, reinterpret_cast<const CaptureEntry*>(front)->captured};
}

void CaptureRing::Pop() {
  const uint64_t at = read_.load(std::memory_order_relaxed);
  const auto* entry = reinterpret_cast<const CaptureEntry*>(At(at));
  read_.store(at + SizeOf(*entry), std::memory_order_release);
}

}  // namespace synsplice
