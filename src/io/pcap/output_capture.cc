#include "io/pcap/output_capture.h"

#include <fmt/format.h>
#include <pcap/pcap.h>

namespace synsplice {
namespace {

constexpr int kSnapshotLength = 262144;  // as tcpdump

}  // namespace

void OutputCapture::Close::operator()(pcap* handle) const { pcap_close(handle); }
void OutputCapture::Close::operator()(pcap_dumper* file) const { pcap_dump_close(file); }

std::variant<std::unique_ptr<OutputCapture>, std::string> OutputCapture::Create(
    const std::string& path) {
  std::unique_ptr<OutputCapture> capture(new OutputCapture);
  capture->handle_.reset(pcap_open_dead_with_tstamp_precision(DLT_EN10MB, kSnapshotLength,
                                                              PCAP_TSTAMP_PRECISION_NANO));
  capture->file_.reset(pcap_dump_open(capture->handle_.get(), path.c_str()));
  if (!capture->file_) {
    return fmt::format("cannot write the capture: {}", pcap_geterr(capture->handle_.get()));
  }
  return capture;
}

void OutputCapture::OnJudged(const JudgedFrame& judged) {
  const Verdict::Kind kind = judged.verdict.kind;
  if (kind != Verdict::Kind::kForward && kind != Verdict::Kind::kBounce) return;
  Write(judged.time, judged.output);
}

void OutputCapture::OnMade(const MadeFrame& made) { Write(made.time, made.bytes); }

bool OutputCapture::Flush() {
  return pcap_dump_flush(file_.get()) == 0 && !std::ferror(pcap_dump_file(file_.get()));
}

void OutputCapture::Write(CaptureTime time, std::span<const uint8_t> bytes) {
  const auto since_1970 = time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1970);
  pcap_pkthdr header{};
  header.ts.tv_sec = seconds.count();
  // The file has nanosecond precision: so has this field, whatever its name says.
  header.ts.tv_usec = (since_1970 - seconds).count();
  header.caplen = header.len = static_cast<bpf_u_int32>(bytes.size());
  pcap_dump(reinterpret_cast<u_char*>(file_.get()), &header, bytes.data());
}

}  // namespace synsplice
