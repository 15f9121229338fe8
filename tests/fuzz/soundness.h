// A second opinion on frames: whether their checksums are right, independent of src/wire.
#pragma once

#include <cstdint>
#include <span>

namespace synsplice::fuzz {

enum class Soundness : uint8_t {
  kUnknown,  // nothing that we can check: not IP, a fragment, IPv6 extension headers, cut off
  kGood,     // IP header, lengths and the checksum of TCP, ICMP or ICMPv6 are right
  kDamaged,  // complete, but a checksum is wrong
};

Soundness SoundnessOf(std::span<const uint8_t> frame);

}  // namespace synsplice::fuzz
