// Connections through a service whose clients may not be challenged (rules 37-39).
#pragma once

#include "support/dialogue.h"

namespace synsplice::test {

inline constexpr Seconds kGrace{10};

inline Config In(Mode mode) {
  Config config = TransparentConfig();
  config.services[0].mode = mode;
  config.services[0].grace = kGrace;
  return config;
}

class ModesTest : public DialogueTest {
 protected:
  explicit ModesTest(Mode mode = Mode::kOff) : harness_(In(mode)) {}

  // Whose numbers nobody translates.
  Dialogue Direct(uint16_t port) {
    DialogueSetup setup;
    setup.client_port = port;
    Dialogue dialogue(harness_, setup);
    dialogue.isn_p = dialogue.isn_s;
    // No number that our own clock has had of late.
    dialogue.server_first_timestamp = dialogue.server_timestamp = 1'000'000'000;
    dialogue.tsval_p = dialogue.server_first_timestamp;
    return dialogue;
  }
  Dialogue Proxied(uint16_t port) {
    DialogueSetup setup;
    setup.client_port = port;
    return Dialogue(harness_, setup);
  }
  void Untouched(Side side, const TcpFrame& frame) {
    EXPECT_EQ(harness_.Feed(side, frame), Verdict::Forward());
    EXPECT_EQ(harness_.Take(Other(side)), std::vector<Bytes>{frame.Build()});
    EXPECT_TRUE(harness_.IsQuiet());
  }
  // The SYN and its answer.
  void Ask(const Dialogue& dialogue) {
    Untouched(Side::kOutside, dialogue.Syn());
    Untouched(Side::kInside, dialogue.ServerSynAck());
  }
  // And what both say then, which the server's answer proves.
  void Converse(const Dialogue& dialogue) {
    Untouched(Side::kOutside, dialogue.FromClient(kA, 1, 1));
    Untouched(Side::kOutside, dialogue.FromClient(kP | kA, 1, 1, "request"));
    Untouched(Side::kInside, dialogue.FromServer(kP | kA, 1, 8, "answer"));
  }
  void Connect(const Dialogue& dialogue) { Ask(dialogue), Converse(dialogue); }
  void GoOn(const Dialogue& dialogue) {
    Untouched(Side::kOutside, dialogue.FromClient(kP | kA, 8, 7, "more"));
    Untouched(Side::kInside, dialogue.FromServer(kA, 7, 12));
  }
  void Switch(Mode mode) { harness_.Adopt(In(mode)); }
  void SwitchAndWait(Mode mode) { Switch(mode), harness_.Advance(kGrace); }
  uint64_t Get(ServiceEvent event) { return harness_.proxy().service_counters()[0].Get(event); }

  ProxyHarness harness_;
};

class AlwaysTest : public ModesTest {
 protected:
  AlwaysTest() : ModesTest(Mode::kAlways) {}
};

class MonitorTest : public ModesTest {
 protected:
  MonitorTest() : ModesTest(Mode::kMonitor) {}
};

}  // namespace synsplice::test
