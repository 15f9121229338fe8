#include "io/pcap/link_layer.h"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>

#include "synsplice/base/endian.h"
#include "synsplice/wire/ethernet.h"

namespace synsplice {
namespace {

constexpr Mac kSyntheticOutsideHost{{0x02, 0, 0, 0, 0, 0x0c}};
constexpr Mac kSyntheticInsideHost{{0x02, 0, 0, 0, 0, 0x0e}};

// LINKTYPE_RAW of files; DLT_RAW is 12, 14 or this one.
constexpr int kRawIp = 101;

// What stands before the network layer in a link type without Ethernet header.
struct CookedLink {
  int type;
  size_t header_length;
  uint16_t (*ether_type)(const uint8_t* bytes);  // at least header_length + 1 bytes
};

uint16_t EtherTypeOfRawIp(const uint8_t* ip) {
  return ip[0] >> 4 == 6 ? kEtherTypeIpv6 : kEtherTypeIpv4;
}
uint16_t EtherTypeOfSll(const uint8_t* header) { return LoadBe16(header + 14); }
uint16_t EtherTypeOfSll2(const uint8_t* header) { return LoadBe16(header); }
// The header is the address family, in either byte order and of any BSD: the IP version is surer.
uint16_t EtherTypeOfLoopback(const uint8_t* header) { return EtherTypeOfRawIp(header + 4); }

constexpr CookedLink kCookedLinks[] = {
    {DLT_RAW, 0, EtherTypeOfRawIp},      {kRawIp, 0, EtherTypeOfRawIp},
    {DLT_IPV4, 0, EtherTypeOfRawIp},     {DLT_IPV6, 0, EtherTypeOfRawIp},
    {DLT_NULL, 4, EtherTypeOfLoopback},  {DLT_LOOP, 4, EtherTypeOfLoopback},
    {DLT_LINUX_SLL, 16, EtherTypeOfSll}, {DLT_LINUX_SLL2, 20, EtherTypeOfSll2},
};

std::vector<uint8_t> WithEthernetHeader(const CookedLink& link, Side side,
                                        std::span<const uint8_t> bytes) {
  L2Header header;
  header.length = kEthernetLength;
  const bool outside = side == Side::kOutside;
  header.set_source(outside ? kSyntheticOutsideHost : kSyntheticInsideHost);
  header.set_destination(outside ? kSyntheticInsideHost : kSyntheticOutsideHost);
  std::vector<uint8_t> frame(header.bytes.begin(), header.bytes.begin() + header.length);
  if (bytes.size() <= link.header_length) return frame;
  StoreBe16(&frame[12], link.ether_type(bytes.data()));
  frame.insert(frame.end(), bytes.begin() + static_cast<ptrdiff_t>(link.header_length),
               bytes.end());
  return frame;
}

}  // namespace

std::optional<std::vector<uint8_t>> ToEthernet(int link_type, Side side,
                                               std::span<const uint8_t> bytes) {
  if (link_type == DLT_EN10MB) return std::vector<uint8_t>(bytes.begin(), bytes.end());
  const auto* link = std::ranges::find(kCookedLinks, link_type, &CookedLink::type);
  if (link == std::end(kCookedLinks)) return std::nullopt;
  return WithEthernetHeader(*link, side, bytes);
}

std::string UnknownLink(int link_type) {
  return fmt::format("link type '{}' is not Ethernet, raw IP, BSD loopback or Linux cooked",
                     pcap_datalink_val_to_description_or_dlt(link_type));
}

}  // namespace synsplice
