#include <algorithm>
#include <string_view>
#include <tuple>

#include "support/bytes.h"
#include "support/tcp_frame.h"

namespace synsplice::test {
namespace {

using View = std::span<const uint8_t>;

// Takes one option; false when its length is not the one of its kind.
bool TakeOption(View option, Options& options) {
  switch (option[0]) {
    case 2:
      if (option.size() != 4) return false;
      options.mss = static_cast<uint16_t>(Get16(option, 2));
      return true;
    case 3:
      if (option.size() != 3) return false;
      options.scale = option[2];
      return true;
    case 4:
      options.sack_permitted = true;
      return option.size() == 2;
    case 5:
      for (size_t at = 2; at + 8 <= option.size(); at += 8) {
        options.sack.emplace_back(Get32(option, at), Get32(option, at + 4));
      }
      return option.size() % 8 == 2;
    case 8:
      if (option.size() != 10) return false;
      options.timestamps = {Get32(option, 2), Get32(option, 6)};
      return true;
    default:
      return true;
  }
}

bool ReadOptions(View bytes, Options& options) {
  size_t at = 0;
  while (at < bytes.size() && bytes[at] != 0) {
    if (bytes[at] == 1) {
      ++at;
      continue;
    }
    if (at + 1 >= bytes.size() || bytes[at + 1] < 2 || at + bytes[at + 1] > bytes.size()) {
      return false;
    }
    if (!TakeOption(bytes.subspan(at, bytes[at + 1]), options)) return false;
    at += bytes[at + 1];
  }
  return true;
}

// Reads MACs and tags; the rest of the frame behind the ethertype.
View ReadEthernet(View frame, TcpFrame& result, unsigned& type) {
  if (frame.size() < 14) return {};
  std::copy_n(frame.begin(), 6, result.destination_mac.bytes.begin());
  std::copy_n(frame.begin() + 6, 6, result.source_mac.bytes.begin());
  size_t at = 12;
  type = Get16(frame, at);
  while ((type == 0x8100 || type == 0x88a8) && at + 6 <= frame.size()) {
    result.tags.push_back(static_cast<uint16_t>(Get16(frame, at + 2)));
    at += 4;
    type = Get16(frame, at);
  }
  return frame.subspan(at + 2);
}

// Each answers the TCP segment, empty when the header is not one of Build()'s kind.
View ReadIpv4(View ip, TcpFrame& result) {
  if (ip.size() < 20 || ip[0] != 0x45 || ip[9] != 6 || SlowChecksum(ip.first(20)) != 0) return {};
  const unsigned length = Get16(ip, 2);
  if (length < 20 || length > ip.size()) return {};
  result.traffic_class = ip[1];
  result.hop_limit = ip[8];
  result.source.address = GetAddress(ip, 12, false);
  result.destination.address = GetAddress(ip, 16, false);
  return ip.subspan(20, length - 20);
}

View ReadIpv6(View ip, TcpFrame& result) {
  if (ip.size() < 40 || ip[0] >> 4 != 6 || ip[6] != 6) return {};
  const unsigned length = Get16(ip, 4);
  if (40 + length > ip.size()) return {};
  result.traffic_class = static_cast<uint8_t>(Get16(ip, 0) >> 4);
  result.hop_limit = ip[7];
  result.flow_label = Get16(ip, 2) | (ip[1] & 15u) << 16;
  result.source.address = GetAddress(ip, 8, true);
  result.destination.address = GetAddress(ip, 24, true);
  return ip.subspan(40, length);
}

bool ReadTcp(View tcp, TcpFrame& result) {
  if (tcp.size() < 20) return false;
  const size_t header = (tcp[12] >> 4) * 4u;
  if (header < 20 || header > tcp.size()) return false;
  if (Get16(tcp, 16) !=
      SlowTransportChecksum(result.source.address, result.destination.address, 6, tcp)) {
    return false;
  }
  result.source.port = static_cast<uint16_t>(Get16(tcp, 0));
  result.destination.port = static_cast<uint16_t>(Get16(tcp, 2));
  result.seq = Get32(tcp, 4);
  result.ack = Get32(tcp, 8);
  result.flags = tcp[13];
  result.window = static_cast<uint16_t>(Get16(tcp, 14));
  result.raw_options.assign(tcp.begin() + 20, tcp.begin() + static_cast<ptrdiff_t>(header));
  result.payload.assign(tcp.begin() + static_cast<ptrdiff_t>(header), tcp.end());
  return ReadOptions(result.raw_options, result.options);
}

void PrintOptions(const Options& options, std::ostream& out) {
  if (options.mss != 0) out << " mss " << options.mss;
  if (options.scale) out << " wscale " << int{*options.scale};
  if (options.sack_permitted) out << " sackOK";
  if (options.timestamps) {
    out << " TS " << options.timestamps->first << "/" << options.timestamps->second;
  }
  for (const auto& [left, right] : options.sack) out << " sack " << left << ":" << right;
}

}  // namespace

std::optional<TcpFrame> ReadTcpFrame(std::span<const uint8_t> frame) {
  TcpFrame result;
  unsigned type = 0;
  const View ip = ReadEthernet(frame, result, type);
  View tcp;
  if (type == 0x0800) tcp = ReadIpv4(ip, result);
  if (type == 0x86dd) tcp = ReadIpv6(ip, result);
  if (!ReadTcp(tcp, result)) return std::nullopt;
  return result;
}

bool operator==(const TcpFrame& a, const TcpFrame& b) {
  const auto fields = [](const TcpFrame& frame) {
    return std::tie(frame.source_mac, frame.destination_mac, frame.tags, frame.source,
                    frame.destination, frame.seq, frame.ack, frame.flags, frame.window,
                    frame.options, frame.payload, frame.traffic_class, frame.hop_limit);
  };
  return fields(a) == fields(b);
}

void PrintTo(const TcpFrame& frame, std::ostream* out) {
  static constexpr std::string_view kLetters = "FSRPAUEC";
  *out << ToString(frame.source_mac) << " > " << ToString(frame.destination_mac);
  for (const uint16_t tag : frame.tags) *out << " vlan " << (tag & 0xfff);
  *out << " " << ToString(frame.source) << " > " << ToString(frame.destination) << " [";
  for (size_t i = 0; i < 8; ++i) {
    if (frame.flags >> i & 1) *out << kLetters[i];
  }
  *out << "] seq " << frame.seq << " ack " << frame.ack << " win " << frame.window << " len "
       << frame.payload.size() << " tos " << int{frame.traffic_class} << " ttl "
       << int{frame.hop_limit};
  PrintOptions(frame.options, *out);
}

}  // namespace synsplice::test
