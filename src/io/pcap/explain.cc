#include "io/pcap/explain.h"

#include <fmt/format.h>

#include "io/pcap/flow_text.h"
#include "io/pcap/frame_text.h"

namespace synsplice {
namespace {

bool Leaves(Verdict verdict) {
  return verdict.kind == Verdict::Kind::kForward || verdict.kind == Verdict::Kind::kBounce;
}

// The fields of a cookie that was sent or, with its ACK, made a flow.
std::string CookieOf(const JudgedFrame& judged) {
  const ParsedFrame output(judged.output);
  const bool bounced = judged.verdict.kind == Verdict::Kind::kBounce;
  const bool syn_ack = bounced && output.packet.kind == Packet::Kind::kTcp &&
                       output.packet.Has(kSyn) && output.packet.Has(kAck);
  if (syn_ack) return CookieText(output.packet, true);
  if (judged.side != Side::kOutside || !judged.flow_after) return {};
  if (judged.flow_before && judged.flow_before->isn_p == judged.flow_after->isn_p) return {};
  const ParsedFrame input(judged.input.bytes);
  return input.packet.Has(kAck) ? CookieText(input.packet, false) : std::string();
}

std::string VerdictText(const JudgedFrame& judged) {
  std::string text = Name(judged.verdict.kind);
  if (judged.verdict.reason != Reason::kNone) {
    text += fmt::format(" {}", Label(judged.verdict.reason));
  }
  if (Leaves(judged.verdict)) {
    const bool back = judged.verdict.kind == Verdict::Kind::kBounce;
    text += fmt::format(": {}", OutputText(judged.output, judged.input.bytes, back));
  }
  return text + CookieOf(judged);
}

}  // namespace

std::string Explain::TimeText(CaptureTime time) const {
  const auto since_start = std::chrono::floor<std::chrono::microseconds>(time - start_);
  return fmt::format("{}.{:06}", since_start.count() / 1000000, since_start.count() % 1000000);
}

void Explain::Print(const std::string& when, const char* who, const std::string& what) {
  fmt::print(to_, "{:>12} {:<8} {}\n", when, who, what);
}

void Explain::OnJudged(const JudgedFrame& judged) {
  std::string text = FrameText(judged.input.bytes, false);
  if (judged.input.missing != 0) text += fmt::format(" [{} bytes cut]", judged.input.missing);
  text += fmt::format(" | {}", VerdictText(judged));
  if (judged.flow_before || judged.flow_after) {
    text +=
        fmt::format(" | flow {}", FlowChangeText(policy_, judged.flow_before, judged.flow_after));
  }
  Print(TimeText(judged.time), judged.released ? "held" : Name(judged.side), text);
}

void Explain::OnMade(const MadeFrame& made) {
  Print(made.by_timer ? TimeText(made.time) : "", made.by_timer ? "timer" : "",
        fmt::format("sent to {}: {}", Name(made.to), FrameText(made.bytes, true)));
}

void Explain::OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) {
  const bool released = kind == Outbox::SlotEvent::Kind::kRelease;
  Print("", "",
        fmt::format("{} {} held {}", released ? "released" : "discarded", frame_count,
                    frame_count == 1 ? "frame" : "frames"));
}

void Explain::Summarise(const Proxy& proxy) {
  fmt::print(to_, "flows {}, waiting {}\n", proxy.flow_count(), proxy.handshake_count());
  const Counters& counters = proxy.counters();
  for (size_t i = 0; i < kEventCount; ++i) {
    const uint64_t value = counters.Get(static_cast<Event>(i));
    if (value != 0) fmt::print(to_, "{} {}\n", kEventLabels[i], value);
  }
  for (size_t i = 0; i < kReasonCount; ++i) {
    const uint64_t value = counters.Get(static_cast<Reason>(i));
    if (value != 0) fmt::print(to_, "drops.{} {}\n", kReasonLabels[i], value);
  }
}

}  // namespace synsplice
