#include "explain/explain_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "explain/judged_text.h"
#include "text/flow_text.h"
#include "text/frame_text.h"

namespace synsplice {
namespace {

using Json = nlohmann::ordered_json;

// Names of a capture's interfaces and of services are anybody's bytes.
void Print(std::FILE* to, const Json& object) {
  fmt::print(to, "{}\n", object.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Json OrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json PhaseOf(const std::optional<Flow>& flow) { return flow ? Json(Name(flow->phase())) : Json(); }

Json EndpointOf(const Packet& packet, const Endpoint& endpoint) {
  return packet.kind == Packet::Kind::kTcp ? Json(ToString(endpoint)) : Json();
}

Json OpeningOf(const Connection& connection) {
  if (connection.opened == Connection::Opened::kNot) return {};
  return connection.opened == Connection::Opened::kByCookie ? "cookie" : "server";
}

}  // namespace

double ExplainJson::SecondsAt(CaptureTime time) const {
  const auto since_start = std::chrono::floor<std::chrono::microseconds>(time - start_);
  return static_cast<double>(since_start.count()) / 1e6;
}

void ExplainJson::OnJudged(const JudgedFrame& judged) {
  const ParsedFrame input(judged.input.bytes);
  const Verdict& verdict = judged.verdict;
  const bool flow = judged.flow_before || judged.flow_after;
  Print(to_, {{"type", "frame"},
              {"number", judged.input.number},
              {"side", Name(judged.side)},
              {"held", judged.released},
              {"time", SecondsAt(judged.time)},
              {"cut", judged.input.missing},
              {"frame", FrameText(judged.input.bytes, false)},
              {"source", EndpointOf(input.packet, input.packet.source)},
              {"destination", EndpointOf(input.packet, input.packet.destination)},
              {"verdict", Name(verdict.kind)},
              {"reason", verdict.reason == Reason::kNone ? Json() : Json(Label(verdict.reason))},
              {"output", OrNull(LeavingText(judged))},
              {"cookie", OrNull(CookieOf(judged))},
              {"phase_before", PhaseOf(judged.flow_before)},
              {"phase_after", PhaseOf(judged.flow_after)},
              {"flow", flow ? Json(FlowChangeText(policy_, judged.flow_before, judged.flow_after))
                            : Json()}});
}

void ExplainJson::OnMade(const MadeFrame& made) {
  Print(to_, {{"type", "made"},
              {"time", SecondsAt(made.time)},
              {"to", Name(made.to)},
              {"timer", made.by_timer},
              {"frame", FrameText(made.bytes, true)}});
}

void ExplainJson::OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) {
  Print(to_, {{"type", "held_end"},
              {"released", kind == Outbox::SlotEvent::Kind::kRelease},
              {"frames", frame_count}});
}

void ExplainJson::OnConnection(const Connection& connection) {
  const bool opened = connection.opened != Connection::Opened::kNot;
  Json drops = Json::object();
  for (const auto& [reason, count] : connection.drops) drops[Label(reason)] = count;
  const auto& spliced = connection.spliced_at;
  Print(to_,
        {{"type", "connection"},
         {"client", ToString(connection.key.client)},
         {"server", ToString(connection.key.server)},
         {"service", connection.service},
         {"vlan", {{"outer", connection.key.vids.outer}, {"inner", connection.key.vids.inner}}},
         {"asked", connection.asked},
         {"opened", OpeningOf(connection)},
         {"opened_at", opened ? Json(SecondsAt(connection.opened_at)) : Json()},
         {"spliced_at", spliced ? Json(SecondsAt(*spliced)) : Json()},
         {"backend", connection.backend ? Json(ToString(*connection.backend)) : Json()},
         {"phase", opened ? Json(Name(connection.phase)) : Json()},
         {"end", OrNull(EndText(connection))},
         {"frames", {{"outside", connection.frames[0]}, {"inside", connection.frames[1]}}},
         {"drops", drops}});
}

void ExplainJson::Summarise(const Proxy& proxy) {
  Json events = Json::object(), drops = Json::object();
  const Counters& counters = proxy.counters();
  for (size_t i = 0; i < kEventCount; ++i) {
    const uint64_t value = counters.Get(static_cast<Event>(i));
    if (value != 0) events[kEventLabels[i]] = value;
  }
  for (size_t i = 0; i < kReasonCount; ++i) {
    const uint64_t value = counters.Get(static_cast<Reason>(i));
    if (value != 0) drops[kReasonLabels[i]] = value;
  }
  Print(to_, {{"type", "summary"},
              {"flows", proxy.flow_count()},
              {"waiting", proxy.handshake_count()},
              {"events", events},
              {"drops", drops}});
}

void ExplainJson::Note(const std::string& sentence) {
  Print(to_, {{"type", "note"}, {"text", sentence}});
}

}  // namespace synsplice
