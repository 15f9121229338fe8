#include "fuzz/twin.h"

#include <algorithm>

#include "support/counters_agree.h"
#include "synsplice/base/check.h"
#include "synsplice/wire/ethernet.h"

namespace synsplice::fuzz {
namespace {

constexpr uint8_t kPriorityTag[kTagLength] = {0x81, 0, 0, 0};
constexpr size_t kTagOffset = 12;

bool IsTagged(const Bytes& frame) {
  return frame.size() >= kEthernetLength && IsTagType(LoadBe16(&frame[kTagOffset]));
}

Bytes WithTag(Bytes frame) {
  frame.insert(frame.begin() + kTagOffset, std::begin(kPriorityTag), std::end(kPriorityTag));
  return frame;
}

// Frames that we make take the tags of a client's frame, or have none.
Bytes WithoutTag(Bytes frame) {
  if (frame.size() < kTagOffset + kTagLength ||
      !std::equal(std::begin(kPriorityTag), std::end(kPriorityTag), frame.begin() + kTagOffset)) {
    return frame;
  }
  frame.erase(frame.begin() + kTagOffset, frame.begin() + kTagOffset + kTagLength);
  return frame;
}

// Whether a tag makes no difference: there may be one more, and as much room for an answer.
bool TakesTag(const Bytes& frame, size_t tailroom) {
  return frame.size() >= kEthernetLength && !IsTagged(frame) &&
         frame.size() + tailroom >= kMaxComposedLength;
}

}  // namespace

Twin::Twin(const Policy& policy, SipKey seed, Mac outside_mac, Mac inside_mac, Time start)
    : memory_(policy.config()),
      shared_(memory_.state(), seed, outside_mac, inside_mac),
      proxy_(policy, shared_, seed, start) {}

void Twin::Process(const Call& call, const Result& result) {
  std::vector<Bytes> memory;
  std::vector<FrameBuffer> buffers;
  for (const Bytes& frame : call.frames) {
    Bytes& bytes = memory.emplace_back(TakesTag(frame, call.tailroom) ? WithTag(frame) : frame);
    const auto length = static_cast<uint32_t>(bytes.size());
    bytes.resize(length + call.tailroom);
    buffers.push_back({bytes.data(), length, static_cast<uint32_t>(bytes.size())});
  }
  std::vector<Verdict> verdicts(call.frames.size());
  proxy_.Process(call.side, call.now, buffers, verdicts, outbox_);
  for (size_t i = 0; i < call.frames.size(); ++i) {
    SYNSPLICE_CHECK(verdicts[i] == result.verdicts[i]);
    memory[i].resize(buffers[i].length);
    CheckFrame(call, result, i, memory[i]);
  }
  CheckOutbox(result.outbox);
}

// Nobody sees what becomes of a frame that does not leave.
void Twin::CheckFrame(const Call& call, const Result& result, size_t i, const Bytes& bytes) {
  const Verdict::Kind kind = result.verdicts[i].kind;
  if (kind != Verdict::Kind::kForward && kind != Verdict::Kind::kBounce) return;
  const Bytes& expected = result.frames[i];
  const bool tagged = TakesTag(call.frames[i], call.tailroom);
  SYNSPLICE_CHECK(bytes == (tagged ? WithTag(expected) : expected));
}

void Twin::Tick(Time now, bool more, const Outbox& outbox) {
  SYNSPLICE_CHECK(proxy_.Tick(now, outbox_) == more);
  CheckOutbox(outbox);
}

void Twin::CheckOutbox(const Outbox& outbox) {
  const auto bytes = [](const Outbox::Frame& frame) {
    return WithoutTag(Bytes(frame.view().begin(), frame.view().end()));
  };
  SYNSPLICE_CHECK(std::ranges::equal(
      outbox.frames(), outbox_.frames(),
      [&](const auto& a, const auto& b) { return a.to == b.to && bytes(a) == bytes(b); }));
  SYNSPLICE_CHECK(std::ranges::equal(
      outbox.slot_events(), outbox_.slot_events(),
      [](const auto& a, const auto& b) { return a.kind == b.kind && a.slot == b.slot; }));
  outbox_.Clear();
}

void Twin::CheckServices(const Proxy& proxy) const {
  const auto services = proxy.service_counters(), twins = proxy_.service_counters();
  for (size_t i = 0; i < services.size(); ++i) {
    for (size_t event = 0; event < kServiceEventCount; ++event) {
      SYNSPLICE_CHECK(services[i].Get(ServiceEvent(event)) == twins[i].Get(ServiceEvent(event)));
    }
    for (size_t phase = 0; phase < kPhaseCount; ++phase) {
      SYNSPLICE_CHECK(services[i].Flows(Phase(phase)) == twins[i].Flows(Phase(phase)));
    }
  }
}

void Twin::CheckCounters(const Proxy& proxy) const {
  SYNSPLICE_CHECK(test::CountersAgree(proxy).complaints().empty());
  CheckServices(proxy);
  const Counters& counters = proxy.counters();
  for (size_t i = 0; i < kEventCount; ++i) {
    const auto event = static_cast<Event>(i);
    if (event == Event::kTagged || event == Event::kDoubleTagged) continue;
    SYNSPLICE_CHECK(counters.Get(event) == proxy_.counters().Get(event));
  }
  for (size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    SYNSPLICE_CHECK(counters.Get(reason) == proxy_.counters().Get(reason));
  }
}

}  // namespace synsplice::fuzz
