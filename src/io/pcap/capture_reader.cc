#include "io/pcap/capture_reader.h"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>

#include "synsplice/base/endian.h"
#include "synsplice/wire/ethernet.h"

namespace synsplice {
namespace {

constexpr Mac kSyntheticOutsideHost{{0x02, 0, 0, 0, 0, 0x0c}};
constexpr Mac kSyntheticInsideHost{{0x02, 0, 0, 0, 0, 0x0e}};

// Times that fit CaptureTime with room for the replay's steps: until the year 2242.
constexpr int64_t kMaxSeconds = int64_t{1} << 33;

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

constexpr CookedLink kCookedLinks[] = {
    {DLT_RAW, 0, EtherTypeOfRawIp},
    {DLT_LINUX_SLL, 16, EtherTypeOfSll},
    {DLT_LINUX_SLL2, 20, EtherTypeOfSll2},
};

const CookedLink* FindCookedLink(int type) {
  const auto* link = std::ranges::find(kCookedLinks, type, &CookedLink::type);
  return link == std::end(kCookedLinks) ? nullptr : link;
}

std::vector<uint8_t> WithEthernetHeader(const CookedLink& link, Side side, const uint8_t* bytes,
                                        size_t length) {
  L2Header header;
  header.length = kEthernetLength;
  const bool outside = side == Side::kOutside;
  header.set_source(outside ? kSyntheticOutsideHost : kSyntheticInsideHost);
  header.set_destination(outside ? kSyntheticInsideHost : kSyntheticOutsideHost);
  std::vector<uint8_t> frame(header.bytes.begin(), header.bytes.begin() + header.length);
  if (length <= link.header_length) return frame;
  StoreBe16(&frame[12], link.ether_type(bytes));
  frame.insert(frame.end(), bytes + link.header_length, bytes + length);
  return frame;
}

std::string UnknownLink(const std::string& path, int type) {
  const char* name = pcap_datalink_val_to_description_or_dlt(type);
  return fmt::format("{}: link type '{}' is not Ethernet, raw IP or Linux cooked", path, name);
}

}  // namespace

void CaptureReader::Close::operator()(pcap* file) const { pcap_close(file); }

std::variant<CaptureReader, std::string> CaptureReader::Open(const std::string& path, Side side) {
  char error[PCAP_ERRBUF_SIZE] = "";
  CaptureReader reader;
  reader.file_.reset(
      pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, error));
  if (!reader.file_) return fmt::format("cannot read the capture {}: {}", path, error);
  const int type = pcap_datalink(reader.file_.get());
  if (type != DLT_EN10MB && !FindCookedLink(type)) return UnknownLink(path, type);
  reader.path_ = path;
  reader.side_ = side;
  return reader;
}

std::optional<CapturedFrame> CaptureReader::Next() {
  pcap_pkthdr* header = nullptr;
  const uint8_t* bytes = nullptr;
  const int result = pcap_next_ex(file_.get(), &header, &bytes);
  if (result == PCAP_ERROR) {
    error_ = fmt::format("cannot read the capture {}: {}", path_, pcap_geterr(file_.get()));
  }
  if (result != 1) return std::nullopt;
  if (header->ts.tv_sec < 0 || header->ts.tv_sec >= kMaxSeconds) {
    error_ = fmt::format("cannot read the capture {}: a time before 1970 or after 2241", path_);
    return std::nullopt;
  }
  CapturedFrame frame;
  frame.side = side_;
  // Opened with nanosecond precision, tv_usec holds nanoseconds.
  frame.time = CaptureTime(std::chrono::seconds(header->ts.tv_sec) +
                           std::chrono::nanoseconds(header->ts.tv_usec));
  frame.missing = header->len - std::min(header->caplen, header->len);
  const CookedLink* link = FindCookedLink(pcap_datalink(file_.get()));
  if (link) {
    frame.bytes = WithEthernetHeader(*link, side_, bytes, header->caplen);
  } else {
    frame.bytes.assign(bytes, bytes + header->caplen);
  }
  return frame;
}

}  // namespace synsplice
