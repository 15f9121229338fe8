#include "explain/explain.h"

#include <fmt/format.h>

#include <utility>

#include "explain/judged_text.h"
#include "text/flow_text.h"
#include "text/frame_text.h"
#include "text/wrapped_text.h"

namespace synsplice {
namespace {

constexpr size_t kDetailIndent = 8;

std::string VerdictText(const JudgedFrame& judged) {
  std::string text = Name(judged.verdict.kind);
  if (judged.verdict.reason != Reason::kNone) {
    text += fmt::format(" {}", Label(judged.verdict.reason));
  }
  if (const std::string leaving = LeavingText(judged); !leaving.empty()) text += ": " + leaving;
  if (const std::string cookie = CookieOf(judged); !cookie.empty()) text += " " + cookie;
  return text;
}

std::string Heading(const std::string& number, const std::string& time, const char* who) {
  return fmt::format("{:>5} {:>10} {:<7} ", number, time, who);
}

std::string VidsText(const Vids& vids) {
  if (vids.inner != 0) return fmt::format(" vlan {},{}", vids.outer, vids.inner);
  return vids.outer == 0 ? std::string() : fmt::format(" vlan {}", vids.outer);
}

std::string FramesText(const Connection& connection) {
  std::string text =
      fmt::format("frames outside {}, inside {}", connection.frames[0], connection.frames[1]);
  const char* separator = ", dropped: ";
  for (const auto& [reason, count] : connection.drops) {
    text += fmt::format("{}{} {}", separator, Label(reason), count);
    separator = ", ";
  }
  return text;
}

}  // namespace

std::string Explain::TimeText(CaptureTime time) const {
  const auto since_start = std::chrono::floor<std::chrono::microseconds>(time - start_);
  return fmt::format("{}.{:06}", since_start.count() / 1000000, since_start.count() % 1000000);
}

void Explain::PrintDetail(const std::string& text) {
  constexpr size_t kContinued = kDetailIndent + 4;
  fmt::print(to_, "{}", Wrapped(std::string(kDetailIndent, ' '), text, kContinued));
}

void Explain::OnJudged(const JudgedFrame& judged) {
  const std::string heading = Heading(std::to_string(judged.input.number), TimeText(judged.time),
                                      judged.released ? "held" : Name(judged.side));
  std::string text = FrameText(judged.input.bytes, false);
  if (judged.input.missing != 0) text += fmt::format(" [{} bytes cut]", judged.input.missing);
  fmt::print(to_, "{}", Wrapped(heading, text, heading.size()));
  PrintDetail(VerdictText(judged));
  if (judged.flow_before || judged.flow_after) {
    PrintDetail("flow " + FlowChangeText(policy_, judged.flow_before, judged.flow_after));
  }
}

void Explain::OnMade(const MadeFrame& made) {
  const std::string text =
      fmt::format("sent to {}: {}", Name(made.to), FrameText(made.bytes, true));
  if (!made.by_timer) return PrintDetail(text);
  const std::string heading = Heading("", TimeText(made.time), "timer");
  fmt::print(to_, "{}", Wrapped(heading, text, heading.size()));
}

void Explain::OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) {
  const bool released = kind == Outbox::SlotEvent::Kind::kRelease;
  PrintDetail(fmt::format("{} {} held {}", released ? "released" : "discarded", frame_count,
                          frame_count == 1 ? "frame" : "frames"));
}

void Explain::BeginConnections() {
  if (!std::exchange(in_connections_, true)) fmt::print(to_, "\n");
}

void Explain::OnConnection(const Connection& connection) {
  if (connection.OnlyAsked()) {
    ++only_asked_;
    return;
  }
  BeginConnections();
  const SessionKey& key = connection.key;
  fmt::print(to_, "{}",
             Wrapped("",
                     fmt::format("{} > {} ({}){}", ToString(key.client), ToString(key.server),
                                 connection.service, VidsText(key.vids)),
                     kDetailIndent));
  std::string life = OpenedText(connection);
  if (connection.opened != Connection::Opened::kNot) {
    life += " " + TimeText(connection.opened_at);
    const auto& backend = connection.backend;
    if (backend && *backend != key.server) life += ", backend " + ToString(*backend);
    if (connection.spliced_at) life += ", spliced " + TimeText(*connection.spliced_at);
    life += ", " + EndText(connection);
  }
  PrintDetail(life);
  PrintDetail(FramesText(connection));
}

void Explain::Summarise(const Proxy& proxy) {
  if (only_asked_ != 0) {
    BeginConnections();
    fmt::print(to_, "connections that were sent a cookie, and nothing came back {}\n", only_asked_);
  }
  fmt::print(to_, "\nflows {}, waiting {}\n", proxy.flow_count(), proxy.handshake_count());
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

void Explain::Note(const std::string& sentence) {
  fmt::print(to_, "{}", Wrapped("", sentence, kDetailIndent));
}

}  // namespace synsplice
