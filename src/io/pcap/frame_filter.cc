#include "io/pcap/frame_filter.h"

#include <pcap/pcap.h>

namespace synsplice {
namespace {

constexpr int kSnapLength = 262144;  // as tcpdump

struct CloseHandle {
  void operator()(pcap* handle) const { pcap_close(handle); }
};

}  // namespace

void FrameFilter::Free::operator()(bpf_program* program) const {
  pcap_freecode(program);
  delete program;
}

std::variant<FrameFilter, std::string> FrameFilter::Create(const std::string& expression) {
  FrameFilter filter;
  if (expression.empty()) return filter;
  const std::unique_ptr<pcap, CloseHandle> handle(pcap_open_dead(DLT_EN10MB, kSnapLength));
  auto program = std::make_unique<bpf_program>();
  if (pcap_compile(handle.get(), program.get(), expression.c_str(), 1, PCAP_NETMASK_UNKNOWN)) {
    return std::string(pcap_geterr(handle.get()));
  }
  filter.program_.reset(program.release());
  return filter;
}

bool FrameFilter::Takes(std::span<const uint8_t> frame, size_t length) const {
  if (!program_) return true;
  pcap_pkthdr header{};
  header.caplen = static_cast<bpf_u_int32>(frame.size());
  header.len = static_cast<bpf_u_int32>(length);
  return pcap_offline_filter(program_.get(), &header, frame.data()) != 0;
}

size_t FrameFilter::instructions() const { return program_ ? program_->bf_len : 0; }

// Conditional jumps go forward only: their way is unsigned.
bool FrameFilter::has_loops() const {
  for (size_t i = 0; i < instructions(); ++i) {
    const bpf_insn& instruction = program_->bf_insns[i];
    const bool jumps = instruction.code == (BPF_JMP | BPF_JA);
    if (jumps && static_cast<bpf_int32>(instruction.k) < 0) return true;
  }
  return false;
}

}  // namespace synsplice
