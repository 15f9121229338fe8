#include "explain/judged_text.h"

#include "text/flow_text.h"
#include "text/frame_text.h"

namespace synsplice {

std::string LeavingText(const JudgedFrame& judged) {
  const bool back = judged.verdict.kind == Verdict::Kind::kBounce;
  if (!back && judged.verdict.kind != Verdict::Kind::kForward) return {};
  return OutputText(judged.output, judged.input.bytes, back);
}

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

}  // namespace synsplice
