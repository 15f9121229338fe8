#include "explain/selection.h"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>

#include "text/frame_text.h"

namespace synsplice {
namespace {

constexpr int kSnapLength = 262144;  // as tcpdump

struct CloseHandle {
  void operator()(pcap* handle) const { pcap_close(handle); }
};

}  // namespace

void Selection::Free::operator()(bpf_program* program) const {
  pcap_freecode(program);
  delete program;
}

std::variant<Selection, std::string> Selection::Create(const Wanted& wanted,
                                                       ReplayObserver& observer) {
  Selection selection(wanted, observer);
  if (wanted.filter.empty()) return selection;
  const std::unique_ptr<pcap, CloseHandle> handle(pcap_open_dead(DLT_EN10MB, kSnapLength));
  auto program = std::make_unique<bpf_program>();
  if (pcap_compile(handle.get(), program.get(), wanted.filter.c_str(), 1, PCAP_NETMASK_UNKNOWN)) {
    return fmt::format("--filter '{}': {}", wanted.filter, pcap_geterr(handle.get()));
  }
  selection.program_.reset(program.release());
  return selection;
}

bool Selection::IsOfFlow(std::span<const uint8_t> frame) const {
  const ParsedFrame parsed(frame);
  return std::ranges::all_of(wanted_.flow, [&parsed](const Endpoint& end) {
    return end == parsed.packet.source || end == parsed.packet.destination;
  });
}

// Behind NAT one of the two names the service, the other one its backend.
bool Selection::IsOfFlow(const JudgedFrame& judged) const {
  return IsOfFlow(judged.input.bytes) || IsOfFlow(judged.output);
}

bool Selection::PassesFilter(std::span<const uint8_t> frame) const {
  if (!program_) return true;
  pcap_pkthdr header{};
  header.caplen = header.len = static_cast<bpf_u_int32>(frame.size());
  return pcap_offline_filter(program_.get(), &header, frame.data()) != 0;
}

void Selection::OnJudged(const JudgedFrame& judged) {
  const bool refused = judged.verdict.reason != Reason::kNone;
  shown_ = (refused || !wanted_.only_drops) && IsOfFlow(judged) && PassesFilter(judged.input.bytes);
  if (shown_) observer_.OnJudged(judged);
}

void Selection::OnMade(const MadeFrame& made) {
  const bool wanted = made.by_timer
                          ? !wanted_.only_drops && IsOfFlow(made.bytes) && PassesFilter(made.bytes)
                          : shown_;
  if (wanted) observer_.OnMade(made);
}

void Selection::OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) {
  if (shown_) observer_.OnHeldEnd(kind, frame_count);
}

}  // namespace synsplice
