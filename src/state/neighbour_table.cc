#include "synsplice/state/neighbour_table.h"

#include <cstring>

namespace synsplice {
namespace {

constexpr uint64_t kKnown = uint64_t{1} << 48;
constexpr uint64_t kChanging = uint64_t{1} << 41;  // the key of no neighbour
constexpr size_t kMaxProbes = 64;

uint64_t KeyOf(Vids vids, uint16_t neighbour) {
  return uint64_t{1} << 40 | uint64_t{vids.Packed()} << 16 | neighbour;
}

size_t Place(uint64_t key, size_t probe) {
  return ((key * 0x9e3779b97f4a7c15u >> 40) + probe) % NeighbourTable::kEntries;
}

uint64_t Pack(const Mac& mac) {
  uint64_t packed = 0;
  std::memcpy(&packed, mac.bytes.data(), 6);
  return packed | kKnown;
}

Mac Unpack(uint64_t packed) {
  Mac mac;
  std::memcpy(mac.bytes.data(), &packed, 6);
  return mac;
}

}  // namespace

// Owns the flag of those who write, for a scope.
class NeighbourTable::Hold {
 public:
  explicit Hold(NeighbourTable& table) : flag_(table.writing_) {
    while (flag_.test_and_set(std::memory_order_acquire)) __builtin_ia32_pause();
  }
  ~Hold() { flag_.clear(std::memory_order_release); }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

 private:
  std::atomic_flag& flag_;
};

const NeighbourTable::Entry* NeighbourTable::FindEntry(uint64_t key) const {
  for (size_t probe = 0; probe < kMaxProbes; ++probe) {
    const Entry& entry = entries_[Place(key, probe)];
    const uint64_t found = entry.key.load(std::memory_order_acquire);
    if (found == key) return &entry;
    if (found == 0) return nullptr;
  }
  return nullptr;
}

// Free, or of those that nobody has used for a while the one that was used longest ago.
NeighbourTable::Entry* NeighbourTable::PlaceFor(uint64_t key, int64_t now) {
  Entry* oldest = nullptr;
  int64_t used_until = now - kRequestInterval.count();
  for (size_t probe = 0; probe < kMaxProbes; ++probe) {
    Entry& entry = entries_[Place(key, probe)];
    if (entry.key.load(std::memory_order_relaxed) == 0) return &entry;
    const int64_t used_at = entry.used_at.load(std::memory_order_relaxed);
    if (used_at > used_until) continue;
    used_until = used_at;
    oldest = &entry;
  }
  return oldest;
}

NeighbourTable::Entry* NeighbourTable::Create(uint64_t key, int64_t now) {
  const Hold hold(*this);
  if (Entry* entry = FindEntry(key)) return entry;  // another worker was faster
  Entry* entry = PlaceFor(key, now);
  if (!entry) return nullptr;
  entry->key.store(kChanging);
  entry->mac.store(0);
  entry->used_at.store(now);
  entry->learned_at.store(0);
  entry->requested_at.store(0);
  entry->key.store(key, std::memory_order_release);
  return entry;
}

std::optional<Mac> NeighbourTable::Find(Vids vids, uint16_t neighbour, Time now) {
  const uint64_t key = KeyOf(vids, neighbour);
  Entry* entry = FindEntry(key);
  if (!entry) return std::nullopt;
  const uint64_t packed = entry->mac.load(std::memory_order_acquire);
  // Whoever has taken the place meanwhile may have told its own MAC.
  if ((packed & kKnown) == 0 || entry->key.load(std::memory_order_acquire) != key) {
    return std::nullopt;
  }
  // Not for every segment: the line is shared by all workers.
  const int64_t milliseconds = ToMilliseconds(now);
  const int64_t unused = milliseconds - entry->used_at.load(std::memory_order_relaxed);
  if (unused >= kRequestInterval.count() / 2) {
    entry->used_at.store(milliseconds, std::memory_order_relaxed);
  }
  return Unpack(packed);
}

bool NeighbourTable::ShouldRequest(Vids vids, uint16_t neighbour, Time now, bool doubted) {
  const uint64_t key = KeyOf(vids, neighbour);
  const int64_t milliseconds = ToMilliseconds(now);
  Entry* entry = FindEntry(key);
  if (!entry) entry = Create(key, milliseconds);
  if (!entry) return false;
  entry->used_at.store(milliseconds, std::memory_order_relaxed);
  const bool known = entry->mac.load(std::memory_order_relaxed) & kKnown;
  const bool fresh = milliseconds - entry->learned_at.load() < kReachableTime.count();
  if (known && fresh && !doubted) return false;
  int64_t requested = entry->requested_at.load();
  return milliseconds - requested >= kRequestInterval.count() &&
         entry->requested_at.compare_exchange_strong(requested, milliseconds);
}

bool NeighbourTable::WasRequested(Vids vids, uint16_t neighbour, Time now) const {
  const Entry* entry = FindEntry(KeyOf(vids, neighbour));
  return entry && ToMilliseconds(now) - entry->requested_at.load() <= kRequestInterval.count();
}

bool NeighbourTable::Learn(Vids vids, uint16_t neighbour, const Mac& mac, Time now) {
  const Hold hold(*this);
  Entry* entry = FindEntry(KeyOf(vids, neighbour));
  if (!entry) return false;
  entry->learned_at.store(ToMilliseconds(now));
  const uint64_t before = entry->mac.exchange(Pack(mac), std::memory_order_acq_rel);
  if ((before & kKnown) == 0) generation_.fetch_add(1, std::memory_order_acq_rel);
  return before != Pack(mac);
}

// Another neighbour may take the place meanwhile: then it is nobody's.
std::optional<NeighbourTable::Known> NeighbourTable::At(size_t place) const {
  const Entry& entry = entries_[place];
  const uint64_t key = entry.key.load(std::memory_order_acquire);
  if (key == 0 || key == kChanging) return std::nullopt;
  const uint64_t packed = entry.mac.load(std::memory_order_acquire);
  const int64_t learned = entry.learned_at.load();
  Known known{Vids::Unpack(static_cast<uint32_t>(key >> 16 & 0xffffff)),
              static_cast<uint16_t>(key),
              {},
              FromMilliseconds(entry.used_at.load()),
              {}};
  if ((packed & kKnown) != 0) known.mac = Unpack(packed);
  if (learned != 0) known.learned = FromMilliseconds(learned);
  if (entry.key.load(std::memory_order_acquire) != key) return std::nullopt;
  return known;
}

void NeighbourTable::SuspectAll() {
  for (Entry& entry : entries_) entry.learned_at.store(0);
  suspicion_.fetch_add(1, std::memory_order_acq_rel);
}

}  // namespace synsplice
