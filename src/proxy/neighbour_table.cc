#include "synsplice/proxy/neighbour_table.h"

#include <cstring>

namespace synsplice {
namespace {

constexpr uint64_t kKnown = uint64_t{1} << 48;
constexpr size_t kMaxProbes = 64;

uint64_t KeyOf(Vids vids, uint16_t neighbour) {
  return uint64_t{1} << 40 | uint64_t{vids.Packed()} << 16 | neighbour;
}

size_t FirstIndex(uint64_t key) {
  return (key * 0x9e3779b97f4a7c15u >> 40) % NeighbourTable::kEntries;
}

uint64_t Pack(const Mac& mac) {
  uint64_t packed = 0;
  std::memcpy(&packed, mac.bytes.data(), 6);
  return packed | kKnown;
}

}  // namespace

const NeighbourTable::Entry* NeighbourTable::FindEntry(Vids vids, uint16_t neighbour) const {
  const uint64_t key = KeyOf(vids, neighbour);
  for (size_t probe = 0; probe < kMaxProbes; ++probe) {
    const Entry& entry = entries_[(FirstIndex(key) + probe) % kEntries];
    const uint64_t found = entry.key.load(std::memory_order_acquire);
    if (found == key) return &entry;
    if (found == 0) return nullptr;
  }
  return nullptr;
}

NeighbourTable::Entry* NeighbourTable::FindOrCreate(Vids vids, uint16_t neighbour) {
  const uint64_t key = KeyOf(vids, neighbour);
  for (size_t probe = 0; probe < kMaxProbes; ++probe) {
    Entry& entry = entries_[(FirstIndex(key) + probe) % kEntries];
    uint64_t found = 0;
    // Whoever loses the race for a free entry looks at what the winner wrote.
    if (entry.key.compare_exchange_strong(found, key) || found == key) return &entry;
  }
  return nullptr;
}

std::optional<Mac> NeighbourTable::Find(Vids vids, uint16_t neighbour) const {
  const Entry* entry = FindEntry(vids, neighbour);
  if (!entry) return std::nullopt;
  const uint64_t packed = entry->mac.load(std::memory_order_acquire);
  if ((packed & kKnown) == 0) return std::nullopt;
  Mac mac;
  std::memcpy(mac.bytes.data(), &packed, 6);
  return mac;
}

bool NeighbourTable::ShouldRequest(Vids vids, uint16_t neighbour, Time now) {
  Entry* entry = FindOrCreate(vids, neighbour);
  if (!entry) return false;
  const int64_t milliseconds = ToMilliseconds(now);
  const bool known = entry->mac.load(std::memory_order_relaxed) & kKnown;
  if (known && milliseconds - entry->learned_at.load() < kReachableTime.count()) return false;
  int64_t requested = entry->requested_at.load();
  return milliseconds - requested >= kRequestInterval.count() &&
         entry->requested_at.compare_exchange_strong(requested, milliseconds);
}

bool NeighbourTable::WasRequested(Vids vids, uint16_t neighbour, Time now) const {
  const Entry* entry = FindEntry(vids, neighbour);
  return entry && ToMilliseconds(now) - entry->requested_at.load() <= kRequestInterval.count();
}

bool NeighbourTable::Learn(Vids vids, uint16_t neighbour, const Mac& mac, Time now) {
  Entry* entry = FindOrCreate(vids, neighbour);
  if (!entry) return false;
  entry->learned_at.store(ToMilliseconds(now));
  if (entry->mac.exchange(Pack(mac), std::memory_order_acq_rel) == Pack(mac)) return false;
  generation_.fetch_add(1, std::memory_order_acq_rel);
  return true;
}

}  // namespace synsplice
