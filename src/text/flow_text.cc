#include "text/flow_text.h"

#include <fmt/format.h>

#include "synsplice/base/endian.h"
#include "synsplice/cookie/layout.h"

namespace synsplice {
namespace {

std::string ScaleText(uint8_t scale) {
  return scale == kNoScale ? "-" : std::to_string(static_cast<int>(scale));
}

std::string TimestampsText(const Flow& flow) {
  switch (flow.timestamps()) {
    case TimestampMode::kNone:
      return {};
    case TimestampMode::kShift:
      return fmt::format(" T={}", flow.timestamp_delta);
    case TimestampMode::kSynthesise:
      return fmt::format(" ts made, echo {}", flow.timestamp_delta);
  }
  return {};
}

// Whose ECN bits are known to whom; those of an end that is alone with it are cleared.
std::string EcnText(const Flow& flow) {
  if (flow.client_ecn && flow.server_ecn) return " ecn";
  if (flow.client_ecn) return " ecn client only";
  return flow.server_ecn ? " ecn server only" : "";
}

// What there is to translate, from the splice on.
std::string TranslationText(const Flow& flow) {
  std::string text = fmt::format(" D={}{}", flow.delta_or_slot, TimestampsText(flow));
  text += fmt::format(" scale {}/{}/{}", ScaleText(flow.client_scale),
                      ScaleText(flow.promised_scale), ScaleText(flow.server_scale));
  if (flow.strip_sack) text += " no sack";
  return text + EcnText(flow);
}

bool IsTranslated(const Flow& flow) {
  return !IsWaiting(flow.phase()) && flow.phase() != Phase::kRefused && !flow.server_opened;
}

std::string PhaseText(const std::optional<Flow>& flow) { return flow ? Name(flow->phase()) : "-"; }

// All but the phase; starts with a space unless it is empty.
std::string DetailText(const Policy& policy, const std::optional<Flow>& flow) {
  if (!flow) return {};
  std::string text;
  if (flow->server_opened) text += " opened by server";
  if (IsTranslated(*flow)) text += TranslationText(*flow);
  if (flow->counted) text += " counted";
  if (flow->backend != 0) {
    text += fmt::format(" {}", ToString(policy.backend(flow->backend).endpoint));
  }
  return text;
}

}  // namespace

std::string FlowChangeText(const Policy& policy, const std::optional<Flow>& before,
                           const std::optional<Flow>& after) {
  const std::string from_phase = PhaseText(before), to_phase = PhaseText(after);
  const std::string from = DetailText(policy, before), to = DetailText(policy, after);
  if (from != to) return fmt::format("{}{} -> {}{}", from_phase, from, to_phase, to);
  return from_phase == to_phase ? to_phase + to
                                : fmt::format("{} -> {}{}", from_phase, to_phase, to);
}

std::string CookieText(const Packet& packet, bool from_proxy) {
  const uint8_t timestamps = packet.options.timestamps_offset;
  // TSval of what we send, its echo in what comes back.
  const size_t value_offset = timestamps + (from_proxy ? 2u : 6u);
  const uint32_t tsval = timestamps == 0 ? 0 : LoadBe32(packet.tcp() + value_offset);
  const uint32_t isn = from_proxy ? packet.seq : packet.ack - 1;
  const CookieFields fields = Unpack(isn, timestamps != 0, tsval);
  return fmt::format("cookie[mss {} scale {}{}{}{} epoch {}]", fields.options.mss,
                     ScaleText(fields.options.window_scale), fields.options.sack ? " sack" : "",
                     timestamps != 0 ? " ts" : "", fields.options.ecn ? " ecn" : "",
                     fields.epoch_bit ? 1 : 0);
}

}  // namespace synsplice
