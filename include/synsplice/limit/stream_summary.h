// Who comes most often in a stream, in constant memory and nearly constant time: Space-Saving
// (Metwally, Agrawal, El Abbadi 2005, "Efficient Computation of Frequent and Top-k Elements in Data
// Streams").
//
// So many things have a place. One without a place takes that of the least frequent one and begins
// with its count, which is from then on its error. Of N things that were noted:
//   - whatever came more than N / kPlaces times has a place;
//   - a thing with a place came `count` times at most, `count - error` times at least;
//   - a thing without one came floor() times at most, and floor() <= N / kPlaces.
// A stream of things that come once (forged sources) moves all places, but it cannot push out what
// comes often, and `error` tells what is owed to it.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "synsplice/base/address.h"
#include "synsplice/base/fold_hash.h"

namespace synsplice {

class StreamSummary {
 public:
  static constexpr size_t kPlaces = 128;

  struct Key {
    AddressWords source;
    uint16_t service = 0;

    bool operator==(const Key&) const = default;
  };
  struct Entry {
    Key key;
    uint32_t count = 0, error = 0;
  };

  // `key` is secret: who knows it may put many keys into one chain.
  explicit StreamSummary(const SipKey& key) : hash_key_(key) { Clear(); }

  void Note(const Key& key);
  void Clear();

  size_t size() const { return size_; }
  // The most frequent first. REQUIRES: rank < size().
  const Entry& At(size_t rank) const { return entries_[order_[rank]]; }
  // nullptr: it has no place.
  const Entry* Find(const Key& key) const;
  // How often what has no place came at most.
  uint32_t floor() const { return size_ < kPlaces ? 0 : At(size_ - 1).count; }

 private:
  using Index = uint8_t;  // of an entry
  static constexpr Index kNone = 0xff;
  static constexpr size_t kHeads = 2 * kPlaces;
  static_assert(kPlaces < kNone);

  Index& HeadOf(const Key& key);
  Index TakePlace(const Key& key);
  void Unlink(Index index);
  void CountOneMore(Index index);

  FoldKey hash_key_;
  size_t size_ = 0;
  std::array<Entry, kPlaces> entries_;
  std::array<Index, kPlaces> order_;   // entries by rank
  std::array<uint8_t, kPlaces> rank_;  // of each entry
  std::array<Index, kPlaces> next_;    // of the entry's chain
  std::array<Index, kHeads> heads_;    // of the chains
};

}  // namespace synsplice
