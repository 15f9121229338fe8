#include "fuzz/shell.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "fuzz/soundness.h"
#include "synsplice/base/check.h"
#include "synsplice/flow/handshake_slots.h"

namespace synsplice::fuzz {
namespace {

// Shortly before the low 32 bits of the milliseconds wrap.
constexpr Time kStart = FromMilliseconds(396 * (int64_t{1} << 32) - 5000);
constexpr Mac kOutsideMac{{2, 0, 0, 0, 0, 0xf0}}, kInsideMac{{2, 0, 0, 0, 0, 0xf1}};

// What one frame may cause beside its verdict (outbox.h).
constexpr size_t kFramesPerInput = 2, kEventsPerInput = 2;

// ARP is all that we say without a checksum.
bool IsArp(const Bytes& frame) {
  size_t type = 12;
  while (type + 6 <= frame.size() && (frame[type] == 0x81 || frame[type] == 0x88)) type += 4;
  return type + 2 <= frame.size() && frame[type] == 0x08 && frame[type + 1] == 0x06;
}

bool IsReset(const std::optional<test::TcpFrame>& frame) {
  return frame && (frame->flags & test::kR);
}

// Whoever damaged a frame must be found out by its receiver: we never bless it, and never damage.
void CheckForwarded(const Bytes& input, const Bytes& output) {
  const Soundness before = SoundnessOf(input), after = SoundnessOf(output);
  if (before == Soundness::kGood) SYNSPLICE_CHECK(after == Soundness::kGood);
  // An ICMP error may have become the RST that the client gets.
  const bool same_size = input.size() == output.size();
  if (before == Soundness::kDamaged && same_size) SYNSPLICE_CHECK(after == Soundness::kDamaged);
}

void CheckBounced(const Bytes& input, const Bytes& output) {
  SYNSPLICE_CHECK(IsArp(output) || SoundnessOf(output) == Soundness::kGood);
  const auto was = test::ReadTcpFrame(input), is = test::ReadTcpFrame(output);
  // Never answer a RST with a RST (rule 30).
  SYNSPLICE_CHECK(!IsReset(was) || !IsReset(is));
  if (!is || (is->flags & (test::kS | test::kA)) != (test::kS | test::kA)) return;
  // A cookie answers nothing but a clean SYN (rule 1), and no more than it says.
  if (!was) return;
  SYNSPLICE_CHECK((was->flags & (test::kS | test::kA | test::kR | test::kF)) == test::kS);
  SYNSPLICE_CHECK(is->ack == was->seq + 1 && is->payload.empty());
}

}  // namespace

Shell::Shell(const Config& config, size_t tailroom, Listener listener)
    : policy_(config),
      memory_(policy_.config()),
      shared_(memory_.state(), {1, 2}, kOutsideMac, kInsideMac),
      now_(kStart),
      proxy_(policy_, shared_, {1, 2}, kStart),
      twin_(policy_, {1, 2}, kOutsideMac, kInsideMac, kStart),
      tailroom_(tailroom),
      listener_(std::move(listener)) {}

void Shell::Feed(Side side, const std::vector<Bytes>& frames) {
  // Memory that ends where the capacity ends: writing behind it is found.
  std::vector<std::vector<uint8_t>> memory;
  std::vector<FrameBuffer> buffers;
  for (const Bytes& frame : frames) {
    Bytes& bytes = memory.emplace_back(frame.size() + tailroom_);
    bytes.shrink_to_fit();
    std::ranges::copy(frame, bytes.begin());
    buffers.push_back(
        {bytes.data(), static_cast<uint32_t>(frame.size()), static_cast<uint32_t>(bytes.size())});
  }
  std::vector<Verdict> verdicts(frames.size());
  const size_t flows = proxy_.flow_count();
  proxy_.Process(side, now_, buffers, verdicts, outbox_);
  // At most one flow for one frame.
  SYNSPLICE_CHECK(proxy_.flow_count() <= flows + frames.size());
  fed_ += frames.size();
  for (size_t i = 0; i < frames.size(); ++i) {
    SYNSPLICE_CHECK(buffers[i].length <= buffers[i].capacity);
    memory[i].resize(buffers[i].length);
  }
  twin_.Process({side, now_, frames, tailroom_}, {verdicts, memory, outbox_});
  twin_.CheckCounters(proxy_);
  for (size_t i = 0; i < frames.size(); ++i) {
    Judge(side, frames[i], verdicts[i], std::move(memory[i]));
  }
  EmptyOutbox(kFramesPerInput * frames.size(), kEventsPerInput * frames.size());
  CheckTables();
}

// The verdict is one of the contract, and what leaves is what may leave.
void Shell::Judge(Side side, const Bytes& input, Verdict verdict, Bytes output) {
  if (const auto frame = test::ReadTcpFrame(input); frame && IsStranger(*frame)) {
    SYNSPLICE_CHECK(verdict == Verdict::Forward() && input == output);
  }
  switch (verdict.kind) {
    case Verdict::Kind::kForward:
      SYNSPLICE_CHECK(verdict.reason == Reason::kNone);
      CheckForwarded(input, output);
      return Send(Other(side), std::move(output));
    case Verdict::Kind::kBounce:
      CheckBounced(input, output);
      return Send(side, std::move(output));
    case Verdict::Kind::kHold:
      return Hold(side, input, verdict, output);
    case Verdict::Kind::kConsumed:
      SYNSPLICE_CHECK(verdict.reason == Reason::kNone);
      return;
    case Verdict::Kind::kDrop:
      SYNSPLICE_CHECK(verdict.reason != Reason::kNone);
      return;
  }
  SYNSPLICE_CHECK(false);
}

void Shell::Hold(Side side, const Bytes& input, Verdict verdict, const Bytes& output) {
  SYNSPLICE_CHECK(side == Side::kOutside && verdict.reason == Reason::kNone);
  SYNSPLICE_CHECK(verdict.slot < HandshakeSlots::EntriesFor(policy_.config().handshake.slots));
  SYNSPLICE_CHECK(input == output);
  held_[verdict.slot].push_back(input);
}

// REQUIRES: a well-formed TCP frame, whose ports are those of its whole segment.
bool Shell::IsStranger(const test::TcpFrame& frame) const {
  for (const Address& address : {frame.source.address, frame.destination.address}) {
    if (policy_.IsServiceAddress(address, {}) || policy_.IsBackendAddress(address, {})) {
      return false;
    }
  }
  return true;
}

void Shell::EmptyOutbox(size_t most_frames, size_t most_events) {
  const Outbox box = outbox_;
  outbox_.Clear();
  SYNSPLICE_CHECK(box.frames().size() <= most_frames);
  SYNSPLICE_CHECK(box.slot_events().size() <= most_events);
  for (const Outbox::Frame& frame : box.frames()) {
    SYNSPLICE_CHECK(frame.length <= kMaxComposedLength);
    const Bytes bytes(frame.view().begin(), frame.view().end());
    SYNSPLICE_CHECK(IsArp(bytes) || SoundnessOf(bytes) == Soundness::kGood);
    Send(frame.to, bytes);
  }
  for (const Outbox::SlotEvent& event : box.slot_events()) {
    const auto found = held_.extract(event.slot);
    SYNSPLICE_CHECK(!found.empty());
    if (event.kind == Outbox::SlotEvent::Kind::kRelease) Feed(Side::kOutside, found.mapped());
  }
}

// What the core keeps is bounded, and its numbers agree with what the shell has seen.
void Shell::CheckTables() const {
  const HandshakeConfig& handshake = policy_.config().handshake;
  SYNSPLICE_CHECK(proxy_.handshake_count() <= handshake.slots);
  SYNSPLICE_CHECK(proxy_.handshake_count() <= proxy_.flow_count());
  SYNSPLICE_CHECK(held_.size() <= proxy_.handshake_count());
  size_t held = 0;
  for (const auto& [slot, frames] : held_) {
    SYNSPLICE_CHECK(frames.size() <= handshake.hold_frames);
    held += frames.size();
  }
  SYNSPLICE_CHECK(held <= handshake.hold_frames_total);
  SYNSPLICE_CHECK(shared_.connlimit.total() <= proxy_.flow_count());
  const Counters& counters = proxy_.counters();
  uint64_t judged = 0;
  for (const Event event :
       {Event::kForwarded, Event::kBounced, Event::kHeld, Event::kConsumed, Event::kDropped}) {
    judged += counters.Get(event);
  }
  SYNSPLICE_CHECK(judged == fed_);
}

void Shell::Advance(Milliseconds duration) {
  now_ += duration;
  for (bool more = true; more;) {
    more = proxy_.Tick(now_, outbox_);
    twin_.Tick(now_, more, outbox_);
    EmptyOutbox(Outbox::kMaxFrames, Outbox::kMaxSlotEvents);
    CheckTables();
  }
}

void Shell::Rest() {
  const TimeoutConfig& timeouts = policy_.config().timeouts;
  const Seconds longest = std::max(
      {timeouts.established, timeouts.client_closed, timeouts.server_closed, timeouts.closing,
       timeouts.time_wait, timeouts.closed.value_or(Seconds(0)),
       timeouts.refused.value_or(Seconds(0)), std::chrono::ceil<Seconds>(policy_.cookie_life())});
  // The handshakes' waits one after the other, then the longest timeout, then a sweep.
  for (int i = 0; i < 2 * kMaxRetryWaits; ++i) Advance(DelayOf(kMaxRetryWaits - 1));
  Advance(longest + 2 * kTick);
  Advance(kTick);
  SYNSPLICE_CHECK(proxy_.flow_count() == 0 && proxy_.handshake_count() == 0);
  SYNSPLICE_CHECK(shared_.connlimit.total() == 0 && held_.empty());
}

}  // namespace synsplice::fuzz
