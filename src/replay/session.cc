#include "replay/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "splice/header_rewriter.h"
#include "synsplice/base/endian.h"
#include "synsplice/wire/icmp_quote.h"
#include "synsplice/wire/tcp_options.h"
#include "text/frame_text.h"

namespace synsplice {
namespace {

// A frame of our own to rewrite.
struct Editable {
  explicit Editable(CapturedFrame& frame)
      : buffer{frame.bytes.data(), static_cast<uint32_t>(frame.bytes.size()),
               static_cast<uint32_t>(frame.bytes.size())},
        packet(ParseFrame(buffer)) {}

  FrameBuffer buffer;
  Packet packet;
};

// The side that sends to, or about a segment from, a service; nullopt: nobody's.
std::optional<Side> SideOf(const Policy& policy, const Packet& packet) {
  if (packet.kind == Packet::Kind::kIcmp) {
    if (const auto quote = ParseIcmpQuote(packet)) {
      if (policy.Find(quote->source, packet.vids).listener != 0) return Side::kOutside;
      if (policy.Find(quote->destination, packet.vids).listener != 0) return Side::kInside;
    }
  }
  if (policy.IsServiceAddress(packet.destination.address, packet.vids)) return Side::kOutside;
  if (policy.IsServiceAddress(packet.source.address, packet.vids)) return Side::kInside;
  return std::nullopt;
}

}  // namespace

SessionReplay::SessionReplay(const RecordedSessions& recorded, Sides sides, Replay::Setup setup,
                             ReplayObserver& observer)
    : recorded_(recorded),
      sides_(sides),
      policy_(setup.policy),
      observer_(observer),
      replay_(setup.policy, setup.hash_key, setup.start, *this) {}

void SessionReplay::Feed(CapturedFrame frame) {
  const ParsedFrame parsed(frame.bytes);
  const auto segment = FindSession(policy_, parsed.packet);
  if (!segment) return FeedOther(std::move(frame));
  // Captures of both ports hold each frame twice: as it arrived, and as it left.
  if (sides_ == Sides::kApart && segment->from != frame.side) {
    ++mirrored_;
    return;
  }
  frame.side = segment->from;
  current_ = &segment->key;
  if (segment->from == Side::kOutside) {
    FeedClient(segment->key, std::move(frame));
  } else {
    FeedServer(segment->key, std::move(frame));
  }
  current_ = nullptr;
}

void SessionReplay::FeedOther(CapturedFrame frame) {
  if (sides_ == Sides::kMixed) {
    frame.side = SideOf(policy_, ParsedFrame(frame.bytes).packet).value_or(frame.side);
  }
  replay_.Feed(frame);
}

void SessionReplay::Begin(const SessionKey& key, const RecordedSession* recorded) {
  if (const auto old = sessions_.find(key); old != sessions_.end()) {
    End(old->second);
    sessions_.erase(old);
  }
  sessions_[key].recorded = recorded;
}

void SessionReplay::FeedClient(const SessionKey& key, CapturedFrame frame) {
  const ParsedFrame parsed(frame.bytes);
  const bool syn = IsPlainSyn(parsed.packet) && !parsed.packet.IsFragment();
  auto found = sessions_.find(key);
  if (syn && (found == sessions_.end() || found->second.recorded->isn_c != parsed.packet.seq)) {
    if (const RecordedSession* recorded = recorded_.Find(key, parsed.packet.seq)) {
      Begin(key, recorded);
      found = sessions_.find(key);
    }
  }
  if (found == sessions_.end()) {
    strangers_[key] = true;
    return replay_.Feed(frame);
  }
  Session& session = found->second;
  BlankOptions(key, session, frame);
  if (!syn && session.has_cookie && session.recorded->answered) ToCookie(session, frame);
  replay_.Feed(frame);
  if (session.state == State::kFailed || session.state == State::kAsked) FeedHeld(session);
}

void SessionReplay::FeedServer(const SessionKey& key, CapturedFrame frame) {
  const auto found = sessions_.find(key);
  if (found == sessions_.end()) {
    strangers_[key] = true;
    return replay_.Feed(frame);
  }
  Session& session = found->second;
  if (session.state == State::kSyn || session.state == State::kAsked) {
    session.held.push_back(std::move(frame));
    if (session.state == State::kAsked) FeedHeld(session);
    return;
  }
  FromBackend(session, frame);
  replay_.Feed(frame);
}

// Its SYN-ACK or RST first: without it the backend has nothing to say.
void SessionReplay::FeedHeld(Session& session) {
  const auto answers = [](const CapturedFrame& frame) {
    const ParsedFrame parsed(frame.bytes);
    return parsed.packet.Has(kSyn) || parsed.packet.Has(kRst);
  };
  auto& held = session.held;
  std::stable_partition(held.begin(), held.end(), answers);
  if (session.state == State::kAsked) {
    if (held.empty() || !answers(held.front())) return;
    session.state = State::kAnswered;
  }
  for (CapturedFrame& frame : std::exchange(held, {})) {
    FromBackend(session, frame);
    replay_.Feed(frame);
  }
}

// A service behind NAT was recorded as its clients see it: its answers come from the backend.
void SessionReplay::FromBackend(const Session& session, CapturedFrame& frame) const {
  Editable edit(frame);
  HeaderRewriter rewriter(edit.packet);
  const bool erase = !session.timestamps && edit.packet.options.timestamps_offset != 0;
  if (session.has_cookie && erase) {
    rewriter.EraseOption(edit.packet.options.timestamps_offset, kTimestampsLength);
  }
  if (session.backend.port != 0 && session.backend != edit.packet.source) {
    rewriter.SetSource(session.backend);
  }
  rewriter.Finish();
}

void SessionReplay::ToCookie(const Session& session, CapturedFrame& frame) const {
  Editable edit(frame);
  const TcpOptions& options = edit.packet.options;
  const uint32_t delta = session.isn_p - session.recorded->isn_s;
  HeaderRewriter rewriter(edit.packet);
  if (edit.packet.Has(kAck)) rewriter.SetAck(edit.packet.ack + delta);
  if (options.sack_length != 0) rewriter.ShiftSack(delta);
  if (options.timestamps_offset != 0 && !session.timestamps) {
    rewriter.EraseOption(options.timestamps_offset, kTimestampsLength);
  } else if (options.timestamps_offset != 0 && edit.packet.Has(kAck)) {
    rewriter.ShiftOptionWord(options.timestamps_offset + 6u,
                             session.tsval - session.recorded->tsval);
  }
  rewriter.Finish();
}

// A SYN asks for nothing that its recorded answer lacks: its client did without.
void SessionReplay::BlankOptions(const SessionKey& key, const Session& session,
                                 CapturedFrame& frame) const {
  Editable edit(frame);
  if (!session.recorded->answered || !edit.packet.Has(kSyn)) return;
  const Listener& listener = policy_.listener(policy_.Find(key.server, key.vids).listener);
  const Promise& promise = policy_.service(listener).promise;
  const Offer& answer = session.recorded->answer;
  const bool no_timestamps = !answer.timestamps && promise.timestamps.value_or(true);
  const bool no_scale =
      answer.window_scale == kNoScale && promise.window_scale.value_or(0) != kNoScale;
  HeaderRewriter rewriter(edit.packet);
  const Packet& packet = edit.packet;
  WalkOptions(packet.tcp(), packet.payload - packet.l4,
              [&](uint8_t kind, size_t offset, size_t length) {
                if ((kind == kOptionTimestamps && no_timestamps) ||
                    (kind == kOptionWindowScale && no_scale)) {
                  rewriter.EraseOption(offset, length);
                }
              });
  rewriter.Finish();
}

void SessionReplay::OnJudged(const JudgedFrame& judged) {
  observer_.OnJudged(judged);
  const auto found = current_ ? sessions_.find(*current_) : sessions_.end();
  if (found == sessions_.end()) return;
  Session& session = found->second;
  if (judged.flow_after && session.state == State::kAnswered) {
    const Phase phase = judged.flow_after->phase();
    if (!IsWaiting(phase) && phase != Phase::kRefused) session.state = State::kSpliced;
  }
  if (judged.flow_after && session.state == State::kSpliced) {
    const Phase phase = judged.flow_after->phase();
    session.closed = phase == Phase::kTimeWait || phase == Phase::kClosed;
  }
  if (judged.side != Side::kOutside || session.state != State::kSyn) return;
  const ParsedFrame input(judged.input.bytes);
  if (!IsPlainSyn(input.packet)) {
    if (judged.flow_after && IsWaiting(judged.flow_after->phase())) return;
    session.state = State::kFailed;
    session.reason = Label(judged.verdict.reason);
    return;
  }
  const ParsedFrame output(judged.output);
  if (judged.verdict.kind != Verdict::Kind::kBounce || !output.packet.Has(kSyn)) {
    if (judged.verdict.reason != Reason::kNone) session.reason = Label(judged.verdict.reason);
    return;
  }
  const uint8_t timestamps = output.packet.options.timestamps_offset;
  session.has_cookie = true;
  session.isn_p = output.packet.seq;
  session.timestamps = timestamps != 0;
  if (session.timestamps) session.tsval = LoadBe32(output.packet.tcp() + timestamps + 2);
}

// Our SYN to the backend.
void SessionReplay::OnMade(const MadeFrame& made) {
  observer_.OnMade(made);
  const ParsedFrame parsed(made.bytes);
  if (made.to != Side::kInside || !IsPlainSyn(parsed.packet)) return;
  SessionKey key{parsed.packet.source, parsed.packet.destination, parsed.packet.vids};
  if (current_ && current_->client == key.client) key = *current_;
  const auto found = sessions_.find(key);
  if (found == sessions_.end() || found->second.state != State::kSyn) return;
  found->second.state = State::kAsked;
  found->second.backend = parsed.packet.destination;
}

void SessionReplay::OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) {
  observer_.OnHeldEnd(kind, frame_count);
}

std::string SessionReplay::WhyNot(const Session& session) const {
  if (session.recorded->refused) return "refused by the server";
  if (!session.recorded->answered) return "no SYN-ACK in the capture";
  if (session.recorded->fast_open) return "the server took the SYN's data (Fast Open)";
  if (!session.reason.empty()) return session.reason;
  if (!session.recorded->acknowledged) return "no ACK in the capture";
  return session.state == State::kSyn ? "the backend was not asked" : "the backend's answer";
}

void SessionReplay::End(Session& session) {
  if (session.state == State::kSpliced) {
    ++opened_;
    closed_ += session.closed;
  } else {
    ++not_opened_[WhyNot(session)];
  }
  if (session.state == State::kAsked) session.state = State::kFailed;
  FeedHeld(session);
}

void SessionReplay::Finish() {
  for (auto& [key, session] : sessions_) End(session);
}

std::vector<std::string> SessionReplay::Report() const {
  uint64_t failed = 0;
  for (const auto& [why, count] : not_opened_) failed += count;
  std::vector<std::string> lines = {
      fmt::format("sessions {}, opened {}, closed {}", opened_ + failed, opened_, closed_)};
  for (const auto& [why, count] : not_opened_) {
    lines.push_back(fmt::format("sessions not opened {}: {}", count, why));
  }
  if (!strangers_.empty()) {
    lines.push_back(fmt::format("connections that began before the capture {}", strangers_.size()));
  }
  if (mirrored_ != 0) {
    lines.push_back(fmt::format("frames left out, as they leave on that side {}", mirrored_));
  }
  return lines;
}

}  // namespace synsplice
