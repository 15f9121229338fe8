// The datagrams of which fragments have passed (rule 24).
//
// A fixed size and a keyed hash; an entry is freed when its datagram is complete, so that the table
// holds what is under way. The oldest of a bucket makes room.
//
// What came is kept bit by bit, 1 KB for each datagram: every overlap is seen, whatever the order
// (RFC 5722). For IPv4 too: no stack sends them, Linux refuses them, and they would rewrite what
// was judged. A repeated fragment is dropped, one that overlaps in part ends the whole datagram.
#pragma once

#include <array>
#include <vector>

#include "synsplice/base/fold_hash.h"
#include "synsplice/flow/flow_table.h"
#include "synsplice/wire/checksum.h"
#include "synsplice/wire/frame.h"
#include "tracked_segment.h"

namespace synsplice {

// What the fragments of one datagram have in common. IPv6 compares no protocol (RFC 8200 4.5), and
// of IPv4 only TCP comes here.
struct FragmentKey {
  Address source, destination;  // as they arrive
  uint32_t id = 0;
  uint32_t packed_vids = 0;
  Side side = Side::kOutside;

  bool operator==(const FragmentKey&) const = default;
};

// One datagram of which fragments have passed.
class Datagram {
 public:
  enum class Arrival : uint8_t { kNew, kRepeated, kOverlap };

  // Another one, of which nothing came. What its first fragment tells stays to be filled in.
  void Begin(const FragmentKey& key_of_it);

  // Notes bytes [offset * 8, offset * 8 + length). REQUIRES: they lie within 65535.
  Arrival Add(const Fragment& fragment, uint32_t length);
  bool IsComplete() const { return length_ != 0 && units_ == (length_ + 7) / 8; }
  uint32_t length() const { return length_; }  // 0: the last fragment has not come

  FragmentKey key;
  // What takes the place of the service's (backend's) address, and of both MACs.
  Address address;
  std::array<uint8_t, 12> macs;
  bool clears_ecn = false;  // of all fragments: RFC 3168 5.3 lets a receiver drop a mixture
  // The segment, for its flow when it is whole.
  FlowKey flow_key;
  FlowTable::Hash hash = 0;
  uint16_t id = 0;
  TrackedSegment segment;
  uint32_t before_tcp = 0;      // bytes of the datagram that are extension headers
  uint32_t before_payload = 0;  // of these and the TCP header
  ChecksumSum sum;              // with a FIN: of TCP's bytes and the pseudo-header without length

  // What a short fragment needs.
  void Prefetch() const;

 private:
  uint64_t WordAt(uint32_t unit) const;  // what was seen of the 64 units around `unit`

  uint32_t units_ = 0;
  uint32_t length_ = 0;
  uint32_t extent_ = 0;  // where the farthest fragment ends
  bool overlapped_ = false;
  std::array<uint64_t, 128> seen_{};  // a bit for each unit of 8 bytes
};

// RFC 8200 4.5 allows 60 s. What is under way needs milliseconds, and at a high rate the 16 bits of
// an IPv4 id come again soon (RFC 4963).
inline constexpr Seconds kFragmentLife{5};

class FragmentTable {
 public:
  static constexpr size_t kWays = 4;
  static constexpr size_t kEntries = 1024;

  explicit FragmentTable(const SipKey& key) : key_(key), tags_(kEntries), datagrams_(kEntries) {}

  // A new entry with the key: a free one or the oldest of its bucket. REQUIRES: !Find(key, now).
  Datagram& Insert(const FragmentKey& key, Time now);
  // The entry that has the key or that Insert would take, on its way.
  void Prefetch(const FragmentKey& key) const;
  Datagram* Find(const FragmentKey& key, Time now);
  void Erase(Datagram& datagram) { tags_[&datagram - datagrams_.data()].expires = {}; }

 private:
  // What a search looks at, a cache line for each bucket.
  struct Tag {
    uint64_t hash = 0;
    Time expires{};
  };
  uint64_t HashOf(const FragmentKey& key) const;
  // The first tag of its bucket.
  static size_t BucketOf(uint64_t hash) { return hash % (kEntries / kWays) * kWays; }
  // The tag of its bucket that is free, or gives way.
  size_t OldestOf(uint64_t hash) const;

  FoldKey key_;
  std::vector<Tag> tags_;
  std::vector<Datagram> datagrams_;
};

}  // namespace synsplice
