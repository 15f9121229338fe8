#include "explain/hints.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "text/frame_text.h"

namespace synsplice {
namespace {

std::string Count(uint64_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

bool IsForeignCookie(Reason reason) {
  return reason == Reason::kCookieWrong || reason == Reason::kCookieExpired ||
         reason == Reason::kCookieNeverSent;
}

}  // namespace

void Hints::OnJudged(const JudgedFrame& judged) {
  if (judged.released) return;
  if (judged.input.missing != 0) ++cut_;
  if (IsForeignCookie(judged.verdict.reason)) ++foreign_acks_;
  if (judged.verdict.reason != Reason::kBadTcpChecksum) return;
  if (IsPlainSyn(ParsedFrame(judged.input.bytes).packet)) ++damaged_syns_;
}

std::vector<std::string> Hints::Sentences(Chosen chosen,
                                          const std::vector<std::string>& interfaces) const {
  std::vector<std::string> sentences;
  if (foreign_acks_ != 0 && !chosen.session) {
    sentences.push_back(
        fmt::format("{} without a cookie of this secret; --session opens recorded connections",
                    Count(foreign_acks_, "ACK")));
  }
  if (damaged_syns_ != 0 && !chosen.fix_checksums) {
    sentences.push_back(fmt::format(
        "{} dropped for the checksum; if a network card was to fill it in: --fix-checksums",
        Count(damaged_syns_, "SYN")));
  }
  if (cut_ != 0 && !chosen.fix_checksums) {
    sentences.push_back(fmt::format(
        "{} cut by the snapshot length, padded with zeros; --fix-checksums makes them valid",
        Count(cut_, "frame")));
  }
  if (interfaces.size() > 1 && !chosen.outside_interface && !chosen.session) {
    sentences.push_back(fmt::format("interfaces {}; --outside-interface tells the sides apart",
                                    fmt::join(interfaces, ", ")));
  }
  return sentences;
}

}  // namespace synsplice
