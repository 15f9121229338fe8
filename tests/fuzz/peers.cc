#include "fuzz/peers.h"

#include <utility>

namespace synsplice::fuzz {
namespace {

using test::kA, test::kF, test::kS;

constexpr Mac kClientMac{{2, 0, 0, 0, 0, 0x0c}}, kServerMac{{2, 0, 0, 0, 0, 0x0e}};
constexpr uint32_t kIsnStep = 0x01000193;
constexpr uint32_t kFar = 0x7ffffff0;

test::Options OptionsOf(const SegmentPlan& plan, uint32_t seen) {
  test::Options options;
  const auto has = [&](PeerOption option) { return (plan.options & option) != 0; };
  if (has(kWithMss)) options.mss = static_cast<uint16_t>(plan.window | 0x100);
  if (has(kWithScale)) options.scale = plan.window & 15;
  if (has(kWithOddScale)) options.scale = 15;
  options.sack_permitted = has(kWithSackPermitted);
  const size_t blocks = has(kWithFourBlocks) ? 4 : has(kWithSackBlock) ? 1 : 0;
  for (size_t i = 0; i < blocks; ++i) options.sack.emplace_back(seen + 10, seen + 20);
  return options;
}

// Option bytes that do not fit a header stay away.
void Finish(TcpFrame& frame, const SegmentPlan& plan) {
  frame.raw_options = plan.raw_options;
  if (frame.raw_options.empty() && test::WriteOptions(frame.options).size() > 40) {
    frame.options.sack.resize(1);
  }
  if (test::WriteOptions(frame.options).size() > 40) frame.options.sack.clear();
  frame.flags = plan.flags;
  frame.window = plan.window;
  frame.payload.assign(plan.payload, 'p');
}

uint32_t SpaceOf(const SegmentPlan& plan) {
  return static_cast<uint32_t>(plan.payload) + ((plan.flags & kF) != 0);
}

}  // namespace

Peers::Peers() {
  for (size_t i = 0; i < kCount; ++i) {
    Peer& peer = peers_[i];
    const bool v6 = i % 2 != 0;
    peer.client = *ParseEndpoint(v6 ? "[2001:db8::c]:40000" : "198.18.0.12:40000");
    peer.client.port = static_cast<uint16_t>(40000 + i);
    peer.listener = *ParseEndpoint(v6 ? "[2001:db8::10]:80" : "198.18.0.10:80");
    peer.backend = peer.listener;
    peer.tags.assign(i / 2 % 3, 7);
    peer.isn_c = 0xfffffff0 - static_cast<uint32_t>(i);
    peer.isn_s = 0xffffffc0 + static_cast<uint32_t>(i);
    peer.client_timestamp = peer.server_timestamp = 0xfffffffe;
  }
}

TcpFrame Peers::FromClient(Peer& peer, const SegmentPlan& plan) {
  TcpFrame frame;
  frame.tags = peer.tags;
  frame.source_mac = kClientMac;
  frame.destination_mac = kServerMac;
  frame.source = peer.client;
  frame.destination = peer.listener;
  frame.seq = peer.isn_c + 1 + peer.client_said + plan.seq_delta;
  frame.ack = peer.isn_p + 1 + peer.server_said + plan.ack_delta;
  frame.options = OptionsOf(plan, frame.ack);
  if (plan.options & kWithTimestamps)
    frame.options.timestamps = {peer.client_timestamp, peer.tsval_p};
  if (plan.options & kWithFarTimestamps) frame.options.timestamps = {kFar, kFar};
  Finish(frame, plan);
  if (plan.seq_delta == 0) peer.client_said += SpaceOf(plan);
  return frame;
}

TcpFrame Peers::FromServer(Peer& peer, const SegmentPlan& plan) {
  TcpFrame frame;
  frame.tags = peer.tags;
  frame.source_mac = kServerMac;
  frame.destination_mac = kClientMac;
  frame.source = peer.backend;
  frame.destination = peer.client;
  const bool syn = plan.flags & kS;
  frame.seq = peer.isn_s + (syn ? 0 : 1 + peer.server_said) + plan.seq_delta;
  frame.ack = peer.isn_c + 1 + peer.client_said + plan.ack_delta;
  if (syn) frame.ack = peer.isn_c + 1 + plan.ack_delta;
  frame.options = OptionsOf(plan, frame.ack);
  if (plan.options & kWithTimestamps)
    frame.options.timestamps = {peer.server_timestamp, peer.client_timestamp};
  if (plan.options & kWithFarTimestamps) frame.options.timestamps = {kFar, kFar};
  Finish(frame, plan);
  if (plan.seq_delta == 0 && !syn) peer.server_said += SpaceOf(plan);
  return frame;
}

TcpFrame Peers::Syn(Peer& peer, const SegmentPlan& plan) {
  peer.isn_c += kIsnStep;
  peer.isn_s += kIsnStep;
  peer.client_said = peer.server_said = 0;
  TcpFrame frame = FromClient(peer, plan);
  frame.seq = peer.isn_c + plan.seq_delta;
  frame.ack = 0;
  if (frame.options.timestamps) frame.options.timestamps->second = 0;
  peer.client_said = 0;
  return frame;
}

void Peers::Hear(Side to, const Bytes& bytes) {
  const auto frame = test::ReadTcpFrame(bytes);
  if (!frame || !(frame->flags & kS)) return;
  const bool ack = frame->flags & kA;
  const Endpoint& client = to == Side::kOutside ? frame->destination : frame->source;
  for (Peer& peer : peers_) {
    if (peer.client != client) continue;
    if (to == Side::kOutside && ack) {
      peer.isn_p = frame->seq;
      if (frame->options.timestamps) peer.tsval_p = frame->options.timestamps->first;
    }
    if (to == Side::kInside && !ack) peer.backend = frame->destination;
  }
}

}  // namespace synsplice::fuzz
