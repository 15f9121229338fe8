#include "replay/recorded_sessions.h"

#include <algorithm>

#include "synsplice/base/endian.h"
#include "text/frame_text.h"

namespace synsplice {
namespace {

Offer OfferOf(const Packet& packet) {
  const TcpOptions& options = packet.options;
  return {OfferedMss(packet), options.window_scale, options.sack_permitted,
          options.timestamps_offset != 0, false};
}

uint32_t TimestampAt(const Packet& packet, uint32_t offset) {
  const uint8_t at = packet.options.timestamps_offset;
  return at == 0 ? 0 : LoadBe32(packet.tcp() + at + offset);
}

// An option counts where it was asked for: the least of what all answers had, the largest scale.
void Learn(Promise& promise, const SessionKey& key, const RecordedSession& session) {
  const Offer& answer = session.answer;
  auto& mss = key.server.address.IsV4() ? promise.mss : promise.mss_v6;
  mss = std::min(mss.value_or(UINT16_MAX), std::max(answer.mss, kMinMss));
  if (session.asked.timestamps) {
    promise.timestamps = promise.timestamps.value_or(true) && answer.timestamps;
  }
  if (session.asked.sack) promise.sack = promise.sack.value_or(true) && answer.sack;
  if (session.asked.window_scale == kNoScale) return;
  const uint8_t known = promise.window_scale.value_or(0);
  const bool none = known == kNoScale || answer.window_scale == kNoScale;
  promise.window_scale = none ? kNoScale : std::max(known, answer.window_scale);
}

template <typename T>
void Fill(std::optional<T>& value, const std::optional<T>& by) {
  if (!value) value = by;
}

}  // namespace

std::optional<SessionSegment> FindSession(const Policy& policy, const Packet& packet) {
  if (packet.kind != Packet::Kind::kTcp) return std::nullopt;
  if (policy.Find(packet.destination, packet.vids).listener != 0) {
    return SessionSegment{Side::kOutside, {packet.source, packet.destination, packet.vids}};
  }
  if (policy.Find(packet.source, packet.vids).listener == 0) return std::nullopt;
  return SessionSegment{Side::kInside, {packet.destination, packet.source, packet.vids}};
}

void RecordedSessions::See(const CapturedFrame& frame) {
  const ParsedFrame parsed(frame.bytes);
  const auto segment = FindSession(policy_, parsed.packet);
  if (!segment || parsed.packet.IsFragment()) return;
  if (segment->from == Side::kOutside) {
    SeeClient(segment->key, parsed.packet);
  } else {
    SeeServer(segment->key, parsed.packet);
  }
}

void RecordedSessions::SeeClient(const SessionKey& key, const Packet& packet) {
  if (IsPlainSyn(packet)) {
    if (Find(key, packet.seq)) return;
    RecordedSession session;
    session.isn_c = packet.seq;
    session.asked = OfferOf(packet);
    sessions_[key].push_back(session);
    return;
  }
  const auto found = sessions_.find(key);
  if (found == sessions_.end() || packet.Has(kRst) || !packet.Has(kAck)) return;
  RecordedSession& session = found->second.back();
  if (!session.answered || session.acknowledged) return;
  session.acknowledged = true;
  // Of several SYN-ACKs the client may have answered a later one.
  if (packet.options.timestamps_offset != 0) session.tsval = TimestampAt(packet, 6);
}

void RecordedSessions::SeeServer(const SessionKey& key, const Packet& packet) {
  const auto found = sessions_.find(key);
  if (found == sessions_.end()) return;
  RecordedSession& session = found->second.back();
  if (session.acknowledged) return;
  const uint32_t acknowledged = packet.ack - session.isn_c;
  if (packet.Has(kRst)) session.refused = !session.answered;
  if (!packet.Has(kSyn) || !packet.Has(kAck) || acknowledged == 0) return;
  session.fast_open = acknowledged != 1;
  session.answered = true;
  session.refused = false;
  session.isn_s = packet.seq;
  session.answer = OfferOf(packet);
  session.tsval = TimestampAt(packet, 2);
}

const RecordedSession* RecordedSessions::Find(const SessionKey& key, uint32_t isn_c) const {
  const auto found = sessions_.find(key);
  if (found == sessions_.end()) return nullptr;
  const auto session = std::ranges::find(found->second, isn_c, &RecordedSession::isn_c);
  return session == found->second.end() ? nullptr : &*session;
}

Config RecordedSessions::WithPromises(Config config) const {
  std::vector<Promise> seen(config.services.size());
  for (const auto& [key, sessions] : sessions_) {
    const Listener& listener = policy_.listener(policy_.Find(key.server, key.vids).listener);
    for (const RecordedSession& session : sessions) {
      if (session.answered) Learn(seen[listener.service], key, session);
    }
  }
  for (size_t i = 0; i < seen.size(); ++i) {
    Promise& promise = config.services[i].promise;
    Fill(promise.mss, seen[i].mss);
    Fill(promise.mss_v6, seen[i].mss_v6);
    Fill(promise.window_scale, seen[i].window_scale);
    Fill(promise.sack, seen[i].sack);
    Fill(promise.timestamps, seen[i].timestamps);
  }
  return config;
}

}  // namespace synsplice
