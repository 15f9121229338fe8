#include "header_rewriter.h"

#include <cstring>

#include "synsplice/wire/tcp_options.h"

namespace synsplice {

void FieldRewriter::SetEndpoint(const Endpoint& endpoint, size_t address_offset,
                                size_t port_offset) {
  const ChecksumUpdate change = ReplaceAddress(at_.ip + address_offset, endpoint.address, at_.v6);
  tcp_.Join(change);  // the pseudo-header holds the addresses
  ip_.Join(change);
  uint8_t* port = at_.tcp + port_offset;
  tcp_.Replace16(LoadBe16(port), endpoint.port);
  StoreBe16(port, endpoint.port);
}

// The first 16 bits of IPv4 end with the two bits, those of IPv6 have four bits of the flow label
// behind them.
void HeaderRewriter::ClearEcn() { synsplice::ClearEcn(packet_.ip(), packet_.v6, ip_); }

void HeaderRewriter::ShiftSack(uint32_t delta) {
  const size_t begin = packet_.options.sack_offset + 2u;
  const size_t end = packet_.options.sack_offset + size_t{packet_.options.sack_length};
  for (size_t offset = begin; offset < end; offset += 4) ShiftOptionWord(offset, delta);
}

void HeaderRewriter::CountByte(size_t offset, uint8_t from, uint8_t to) {
  const int shift = offset % 2 == 0 ? 8 : 0;
  tcp_.Replace16(static_cast<uint16_t>(from << shift), static_cast<uint16_t>(to << shift));
}

void HeaderRewriter::EraseOption(size_t offset, size_t length) {
  uint8_t* tcp = packet_.tcp();
  for (size_t i = offset; i < offset + length; ++i) {
    CountByte(i, tcp[i], kOptionNop);
    tcp[i] = kOptionNop;
  }
}

// Lengths stand in the IP header, in TCP's pseudo-header and, in words, in the data offset.
void HeaderRewriter::ChangeLength(int32_t by) {
  uint8_t* length = packet_.ip() + (packet_.v6 ? 4 : 2);
  const uint16_t old_length = LoadBe16(length);
  const auto new_length = static_cast<uint16_t>(old_length + by);
  StoreBe16(length, new_length);
  ip_.Replace16(old_length, new_length);
  const uint32_t tcp_length = packet_.end - packet_.l4;
  tcp_.Replace32(tcp_length, tcp_length + static_cast<uint32_t>(by));
  uint8_t* offset = packet_.tcp() + 12;
  const uint16_t old_offset = LoadBe16(offset);
  StoreBe16(offset, static_cast<uint16_t>(old_offset + by / 4 * 0x1000));
  tcp_.Replace16(old_offset, LoadBe16(offset));
  packet_.end += static_cast<uint32_t>(by);
  packet_.payload += static_cast<uint32_t>(by);
  packet_.frame->length = packet_.end;
}

// RFC 7323 appendix A: beside timestamps three SACK blocks fit, not four.
bool HeaderRewriter::DropFourthSackBlock() {
  constexpr uint8_t kFourBlocks = 2 + 4 * kSackBlockLength, kThreeBlocks = 2 + 3 * kSackBlockLength;
  const TcpOptions& options = packet_.options;
  if (options.sack_length != kFourBlocks) return false;
  uint8_t* tcp = packet_.tcp();
  const size_t last = options.sack_offset + size_t{kThreeBlocks};
  const size_t behind = last + kSackBlockLength;
  CountByte(options.sack_offset + 1u, kFourBlocks, kThreeBlocks);
  tcp[options.sack_offset + 1] = kThreeBlocks;
  for (size_t i = last; i < behind; ++i) CountByte(i, tcp[i], 0);
  std::memmove(tcp + last, tcp + behind, packet_.end - packet_.l4 - behind);
  ChangeLength(-static_cast<int32_t>(kSackBlockLength));
  return true;
}

bool HeaderRewriter::InsertTimestamps(uint32_t value, uint32_t echo) {
  const auto fits = [this] {
    return packet_.payload - packet_.l4 + kPaddedTimestampsLength <= kTcpMaxLength;
  };
  if (!fits() && (!DropFourthSackBlock() || !fits())) return false;
  if (packet_.end + kPaddedTimestampsLength > packet_.frame->capacity) return false;
  uint8_t* options = packet_.tcp() + kTcpMinLength;
  std::memmove(options + kPaddedTimestampsLength, options,
               packet_.end - packet_.l4 - kTcpMinLength);
  std::memset(options, 0, kPaddedTimestampsLength);
  ChangeLength(kPaddedTimestampsLength);
  Store32(kTcpMinLength, kNopNopTimestamps);
  Store32(kTcpMinLength + 4, value);
  Store32(kTcpMinLength + 8, echo);
  return true;
}

}  // namespace synsplice
