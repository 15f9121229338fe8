#include "synsplice/wire/syn_ack.h"

#include "synsplice/wire/compose.h"
#include "synsplice/wire/frame.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

// Behind the words of MSS and the options' kinds.
constexpr size_t kTsval = kTcpMinLength + 8, kTsecr = kTcpMinLength + 12;

// What was summed up to that checksum.
ChecksumSum SumBehind(const uint8_t* checksum) {
  ChecksumSum sum;
  sum.Add16(static_cast<uint16_t>(~LoadBe16(checksum)));
  return sum;
}

void FinishIpv4(uint8_t* ip, const SynAckImage& image, const SynAck& answer) {
  ChecksumSum sum = image.ip_sum;
  sum.Add16(static_cast<uint16_t>(answer.hop_limit << 8));
  sum.AddAddress(answer.client);
  ip[8] = answer.hop_limit;
  const auto client = static_cast<uint32_t>(answer.client.low >> 32);
  std::memcpy(ip + DestinationOffset(false), &client, sizeof client);
  StoreBe16(ip + kIpv4ChecksumOffset, sum.Checksum());
}

void FinishIpv6(uint8_t* ip, const SynAck& answer) {
  StoreBe32(ip, 0x60000000u | answer.flow_label);
  ip[7] = answer.hop_limit;
  uint8_t* client = ip + DestinationOffset(true);
  std::memcpy(client, &answer.client.high, sizeof answer.client.high);
  std::memcpy(client + 8, &answer.client.low, sizeof answer.client.low);
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
  if (!v6) ip_sum = SumBehind(bytes + kIpv4ChecksumOffset);
  tcp_sum = SumBehind(bytes + tcp + kTcpChecksumOffset);
}

uint32_t WriteSynAck(uint8_t* ip, const SynAckImage& image, const SynAck& answer) {
  std::memcpy(ip, image.bytes, SynAckImage::kSize);
  uint8_t* tcp = ip + image.tcp;
  ChecksumSum sum = image.tcp_sum;
  sum.AddAddress(answer.client);
  const auto put = [&](size_t at, uint32_t word) {
    StoreBe32(tcp + at, word);
    sum.Add32(word);
  };
  StoreBe16(tcp + 2, answer.client_port);
  sum.Add16(answer.client_port);
  put(4, answer.isn);
  put(kTcpAckOffset, answer.ack);
  if (image.timestamps) put(kTsval, answer.tsval), put(kTsecr, answer.tsecr);
  StoreBe16(tcp + kTcpChecksumOffset, sum.Checksum());
  image.v6 ? FinishIpv6(ip, answer) : FinishIpv4(ip, image, answer);
  return image.length;
}

}  // namespace synsplice
