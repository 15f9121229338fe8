#include "synsplice/wire/syn_ack.h"

#include "synsplice/wire/compose.h"
#include "synsplice/wire/frame.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

// Behind the words of MSS and the options' kinds.
constexpr size_t kTsecr = kTcpMinLength + 12;

template <typename Word>
void Put(uint8_t* to, Word word) {
  std::memcpy(to, &word, sizeof word);
}

// What was summed up to that checksum.
uint16_t SumBehind(const uint8_t* checksum) {
  return static_cast<uint16_t>(~__builtin_bswap16(LoadBe16(checksum)));
}

void FinishIpv4(uint8_t* ip, const SynAckImage& image, const SynAck& answer) {
  const uint64_t client = answer.client.low >> 32;
  ip[8] = answer.hop_limit;
  Put(ip + DestinationOffset(false), static_cast<uint32_t>(client));
  // The hop limit stands at an even offset.
  Put(ip + kIpv4ChecksumOffset, WideSum(image.ip_sum + client + answer.hop_limit).NativeChecksum());
}

void FinishIpv6(uint8_t* ip, const SynAck& answer) {
  StoreBe32(ip, 0x60000000u | answer.flow_label);
  ip[7] = answer.hop_limit;
  Put(ip + DestinationOffset(true), answer.client.high);
  Put(ip + DestinationOffset(true) + 8, answer.client.low);
}

}  // namespace

SynAckImage::SynAckImage(const Endpoint& server, const Offer& promise, const Offer& options,
                         uint16_t window, uint32_t tsval)
    : bytes{}, v6(!server.address.IsV4()), timestamps(options.timestamps) {
  Segment segment;
  segment.source = server;
  segment.destination.address = v6 ? Address{} : Address::V4(0);
  segment.flags = kSyn | kAck | (options.ecn && promise.ecn ? kEce : 0);
  segment.window = window;
  segment.mss = promise.mss;
  if (options.window_scale != kNoScale) segment.window_scale = promise.window_scale;
  segment.sack_permitted = options.sack;
  segment.has_timestamps = timestamps;
  segment.timestamps = {tsval, 0};
  segment.traits.hop_limit = 0;
  length = ComposeIp(bytes, segment);
  tcp = static_cast<uint32_t>(IpHeaderLength(v6));
  if (!v6) ip_sum = SumBehind(bytes + kIpv4ChecksumOffset);
  tcp_sum = SumBehind(bytes + tcp + kTcpChecksumOffset);
}

uint32_t WriteSynAck(uint8_t* ip, const SynAckImage& image, const SynAck& answer) {
  // As memcpy the compiler copies it in narrower pieces.
  typedef uint64_t Block __attribute__((vector_size(32)));
#pragma GCC unroll 3
  for (size_t at = 0; at < SynAckImage::kSize; at += sizeof(Block)) {
    Block block;
    std::memcpy(&block, image.bytes + at, sizeof block);
    std::memcpy(ip + at, &block, sizeof block);
  }
  uint8_t* tcp = ip + image.tcp;
  const uint16_t port = __builtin_bswap16(answer.client_port);
  const uint64_t numbers =
      uint64_t{__builtin_bswap32(answer.ack)} << 32 | __builtin_bswap32(answer.isn);
  Put(tcp + 2, port);
  Put(tcp + 4, numbers);
  // No carry yet: all of these are shorter.
  uint64_t words = uint64_t{image.tcp_sum} + port;
  if (image.timestamps) words += answer.tsecr, Put(tcp + kTsecr, answer.tsecr);
  WideSum sum(words);
  sum.Add(numbers);
  sum.Add(answer.client.high);
  sum.Add(answer.client.low);
  Put(tcp + kTcpChecksumOffset, sum.NativeChecksum());
  image.v6 ? FinishIpv6(ip, answer) : FinishIpv4(ip, image, answer);
  return image.length;
}

}  // namespace synsplice
