#include "synsplice/state/fragment_notes.h"

namespace synsplice {
namespace {

constexpr uint64_t kValueMask = 0xff;

size_t PlaceOf(uint64_t hash) { return hash >> 8 & (FragmentNotes::kPlaces - 1); }

}  // namespace

uint64_t FragmentNotes::HashOf(const Packet& packet, Side side) const {
  static_assert((kPlaces & (kPlaces - 1)) == 0);
  auto state = StartSipHash(seed_);
  state.Absorb<1>(packet.source.address.High());
  state.Absorb<1>(packet.source.address.Low());
  state.Absorb<1>(packet.destination.address.High());
  state.Absorb<1>(packet.destination.address.Low());
  state.Absorb<1>(uint64_t{packet.fragment.id} << 32 | uint64_t{packet.vids.Packed()} << 1 |
                  static_cast<uint64_t>(side));
  uint64_t hash;
  state.Finish<3>(hash);
  return hash & ~kValueMask;
}

void FragmentNotes::Note(const Packet& packet, Side side, std::optional<uint8_t> value) {
  const uint64_t hash = HashOf(packet, side);
  places_[PlaceOf(hash)] = value ? hash | *value : 0;
}

std::optional<uint8_t> FragmentNotes::Find(const Packet& packet, Side side) const {
  const uint64_t hash = HashOf(packet, side), place = places_[PlaceOf(hash)];
  if (place == 0 || (place & ~kValueMask) != hash) return std::nullopt;
  return static_cast<uint8_t>(place & kValueMask);
}

}  // namespace synsplice
