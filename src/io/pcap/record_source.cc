#include "io/pcap/record_source.h"

#include <pcap/pcap.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "io/pcap/capture_file.h"
#include "io/pcap/pcapng_source.h"

namespace synsplice {
namespace {

class PcapSource final : public RecordSource {
 public:
  // Closes `file` with it.
  explicit PcapSource(pcap* file) : file_(file) {}

  bool Next(CaptureRecord& record) override;

 private:
  struct Close {
    void operator()(pcap* file) const { pcap_close(file); }
  };

  std::unique_ptr<pcap, Close> file_;
};

// The format has 32 unsigned bits for seconds, libpcap gives them a sign: until 2106.
int64_t SecondsOf(int64_t seconds) {
  return seconds < 0 && seconds >= INT32_MIN ? seconds + (int64_t{1} << 32) : seconds;
}

bool PcapSource::Next(CaptureRecord& record) {
  pcap_pkthdr* header = nullptr;
  const uint8_t* bytes = nullptr;
  const int result = pcap_next_ex(file_.get(), &header, &bytes);
  if (result == PCAP_ERROR) error_ = pcap_geterr(file_.get());
  if (result != 1) return false;
  record.seconds = SecondsOf(header->ts.tv_sec);
  // Opened with nanosecond precision, tv_usec holds nanoseconds.
  record.nanoseconds = static_cast<uint32_t>(header->ts.tv_usec);
  record.link_type = pcap_datalink(file_.get());
  record.length = header->len;
  record.bytes = {bytes, header->caplen};
  return true;
}

}  // namespace

std::variant<std::unique_ptr<RecordSource>, std::string> OpenRecords(
    const std::string& path, std::shared_ptr<ReadingPlace> place) {
  OpenFile file = OpenCaptureFile(path, std::move(place));
  if (!file) return std::string(errno == 0 ? "no memory" : std::strerror(errno));
  // Of all formats only pcapng begins with a line feed.
  const int first = std::ungetc(std::fgetc(file.get()), file.get());
  if (first == '\n') return std::make_unique<PcapngSource>(std::move(file));
  char error[PCAP_ERRBUF_SIZE] = "";
  pcap* opened =
      pcap_fopen_offline_with_tstamp_precision(file.get(), PCAP_TSTAMP_PRECISION_NANO, error);
  if (!opened) return std::string(error);
  file.release();  // it belongs to libpcap now
  return std::make_unique<PcapSource>(opened);
}

}  // namespace synsplice
