// Numbers of pcapng (draft-ietf-opsawg-pcapng), for whoever writes and whoever reads.
#pragma once

#include <cstddef>
#include <cstdint>

namespace synsplice::pcapng {

inline constexpr uint32_t kSectionHeader = 0x0a0d0d0a, kInterfaceDescription = 1,
                          kObsoletePacket = 2, kSimplePacket = 3, kInterfaceStatistics = 5,
                          kEnhancedPacket = 6;
inline constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
// Options of any block, of interfaces, of packets, of statistics, of the section.
inline constexpr uint16_t kEndOfOptions = 0, kComment = 1;
inline constexpr uint16_t kInterfaceName = 2, kTimestampResolution = 9, kTimestampOffset = 14;
inline constexpr uint16_t kPacketFlags = 2;
inline constexpr uint16_t kReceived = 4, kDropped = 5;
inline constexpr uint16_t kUserApplication = 4;

// Type and length before the body of a block, the length again behind it.
inline constexpr size_t kBlockHeader = 8, kBlockOverhead = 12;

constexpr size_t Padded(size_t length) { return (length + 3) / 4 * 4; }

}  // namespace synsplice::pcapng
