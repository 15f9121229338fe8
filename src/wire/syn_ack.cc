#include "synsplice/wire/syn_ack.h"

#include "synsplice/wire/compose.h"
#include "synsplice/wire/frame.h"
#include "synsplice/wire/glance.h"

namespace synsplice {
namespace {

// Behind the words of MSS and the options' kinds.
constexpr size_t kTsval = kTcpMinLength + 8, kTsecr = kTcpMinLength + 12;

uint64_t Halves(uint64_t word) { return (word & 0xffffffffu) + (word >> 32); }

uint16_t Folded(uint64_t sum) {
  sum = Halves(sum);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>((sum & 0xffff) + (sum >> 16));
}

template <typename Word>
void Put(uint8_t* to, Word native) {
  std::memcpy(to, &native, sizeof native);
}

// What was summed up to that checksum.
uint32_t SumBehind(const uint8_t* checksum) {
  return static_cast<uint16_t>(~NativeAt<uint16_t>(checksum));
}

void FinishIpv4(uint8_t* ip, const SynAckImage& image, const SynAck& answer) {
  const auto client = static_cast<uint32_t>(answer.client.low >> 32);
  ip[8] = answer.hop_limit;
  Put(ip + 16, client);
  const uint64_t sum = uint64_t{image.ip_sum} + client + answer.hop_limit;
  Put(ip + kIpv4ChecksumOffset, static_cast<uint16_t>(~Folded(sum)));
}

void FinishIpv6(uint8_t* ip, const SynAck& answer) {
  StoreBe32(ip, 0x60000000u | answer.flow_label);
  ip[7] = answer.hop_limit;
  Put(ip + 24, answer.client.high);
  Put(ip + 32, answer.client.low);
}

}  // namespace

SynAckImage::SynAckImage(const Endpoint& server, const Offer& promise, const Offer& options,
                         uint16_t window)
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
  segment.traits.hop_limit = 0;
  length = ComposeIp(bytes, segment);
  tcp = static_cast<uint32_t>(IpHeaderLength(v6));
  ip_sum = v6 ? 0 : SumBehind(bytes + kIpv4ChecksumOffset);
  tcp_sum = SumBehind(bytes + tcp + kTcpChecksumOffset);
}

uint32_t WriteSynAck(uint8_t* ip, const SynAckImage& image, const SynAck& answer) {
  std::memcpy(ip, image.bytes, SynAckImage::kSize);
  uint8_t* tcp = ip + image.tcp;
  uint64_t sum = image.tcp_sum + Halves(answer.client.high) + Halves(answer.client.low);
  const auto put = [&](size_t at, uint32_t word) {
    word = __builtin_bswap32(word);
    Put(tcp + at, word);
    sum += word;
  };
  const uint16_t port = __builtin_bswap16(answer.client_port);
  Put(tcp + 2, port);
  sum += port;
  put(4, answer.isn);
  put(8, answer.ack);
  if (image.timestamps) put(kTsval, answer.tsval), put(kTsecr, answer.tsecr);
  Put(tcp + kTcpChecksumOffset, static_cast<uint16_t>(~Folded(sum)));
  image.v6 ? FinishIpv6(ip, answer) : FinishIpv4(ip, image, answer);
  return image.length;
}

}  // namespace synsplice
