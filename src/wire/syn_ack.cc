#include "synsplice/wire/syn_ack.h"

#include "synsplice/wire/frame.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

constexpr uint64_t kLow = 0xffffffffu;

uint64_t Halves(uint64_t word) { return (word & kLow) + (word >> 32); }

uint16_t ChecksumOf(uint64_t sum) {
  sum = Halves(sum);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

// Of the words of an address in host order; those in front of an IPv4 address are a zero.
uint64_t SumOf(const Address& address) {
  return Halves(__builtin_bswap64(address.High())) + Halves(__builtin_bswap64(address.Low()));
}
uint32_t Ipv4Of(const Address& address) {
  return __builtin_bswap32(static_cast<uint32_t>(address.Low() >> 32));
}

void Copy(uint8_t* to, uint64_t native) { std::memcpy(to, &native, sizeof native); }

void WriteIpv4(uint8_t* ip, const SynAckSkeleton& skeleton, const SynAck& answer, uint32_t length) {
  constexpr uint32_t kDontFragment = 0x4000;
  const uint32_t first = 0x45000000u | (length + static_cast<uint32_t>(kIpv4MinLength));
  const uint32_t ttl = uint32_t{answer.hop_limit} << 24 | kProtocolTcp << 16;
  const uint32_t server = Ipv4Of(skeleton.server), client = Ipv4Of(answer.client);
  const uint64_t sum = uint64_t{first} + (kDontFragment << 16) + ttl + server + client;
  StoreBe32(ip, first);
  StoreBe32(ip + 4, kDontFragment);
  StoreBe32(ip + 8, ttl | ChecksumOf(sum));
  StoreBe32(ip + 12, server);
  StoreBe32(ip + 16, client);
}

void WriteIpv6(uint8_t* ip, const SynAckSkeleton& skeleton, const SynAck& answer, uint32_t length) {
  StoreBe32(ip, 0x60000000u | answer.flow_label);
  StoreBe32(ip + 4, length << 16 | kProtocolTcp << 8 | answer.hop_limit);
  Copy(ip + 8, skeleton.server.High());
  Copy(ip + 16, skeleton.server.Low());
  Copy(ip + 24, answer.client.High());
  Copy(ip + 32, answer.client.Low());
}

}  // namespace

SynAckSkeleton::SynAckSkeleton(uint16_t listener, const Endpoint& server, const Offer& promise,
                               uint16_t window)
    : listener(listener),
      v6(!server.address.IsV4()),
      ecn(promise.ecn),
      server(server.address),
      ports(uint32_t{server.port} << 16),
      mss(0x02040000u | promise.mss),
      scale(0x01030300u | promise.window_scale),
      window(window),
      sum(SumOf(server.address) + mss + kProtocolTcp) {}

uint32_t WriteSynAck(uint8_t* ip, const SynAckSkeleton& skeleton, const SynAck& answer) {
  const Offer& options = answer.options;
  const bool has_scale = options.window_scale != kNoScale;
  const uint32_t scale = has_scale ? skeleton.scale : 0;
  uint8_t* tcp = ip + (skeleton.v6 ? kIpv6Length : kIpv4MinLength);
  uint64_t sum = skeleton.sum + SumOf(answer.client);
  const auto put = [&](size_t at, uint32_t word) {
    StoreBe32(tcp + at, word);
    sum += word;
  };
  uint32_t length = 24 + 4 * has_scale;
  if (options.timestamps) {
    length += 12;
    put(24, options.sack ? 0x0402080au : 0x0101080au);
    put(28, answer.tsval);
    put(32, answer.tsecr);
    put(36, scale);
  } else {
    const uint32_t sack = options.sack ? 0x01010402u : 0;
    length += 4 * options.sack;
    put(24, options.sack ? sack : scale);
    put(28, options.sack ? scale : 0);
  }
  const uint32_t flags = kSyn | kAck | (options.ecn & skeleton.ecn ? kEce : 0);
  put(0, skeleton.ports | answer.client_port);
  put(4, answer.isn);
  put(8, answer.ack);
  put(12, length << 26 | flags << 16 | skeleton.window);
  StoreBe32(tcp + 16, uint32_t{ChecksumOf(sum + length)} << 16);
  StoreBe32(tcp + 20, skeleton.mss);
  skeleton.v6 ? WriteIpv6(ip, skeleton, answer, length) : WriteIpv4(ip, skeleton, answer, length);
  return static_cast<uint32_t>(tcp - ip) + length;
}

}  // namespace synsplice
