// Any bytes as a capture file: libpcap, our reader, and the frames through replay,
// recorded sessions and explain.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "explain/connections.h"
#include "explain/explain.h"
#include "explain/explain_json.h"
#include "fuzz/memory_file.h"
#include "io/pcap/merged_capture.h"
#include "replay/fix_checksums.h"
#include "replay/session.h"
#include "synsplice/base/check.h"

namespace synsplice {
namespace {

constexpr size_t kMostFrames = 64;

Config ServiceConfigOf198() {
  Config config;
  config.services.resize(1);
  config.services[0].name = "web";
  config.services[0].listen = {*ParseEndpoint("198.18.0.10:80"),
                               *ParseEndpoint("[2001:db8::10]:80")};
  config.flow_table_entries = 64;
  config.handshake.slots = 8;
  config.connlimit_table_entries = 16;
  return config;
}

const Policy& ThePolicy() {
  static const Policy policy(ServiceConfigOf198());
  return policy;
}

std::vector<CapturedFrame> FramesOf(MergedCapture& capture) {
  std::vector<CapturedFrame> frames;
  while (frames.size() < kMostFrames) {
    auto frame = capture.Next();
    if (!frame) break;
    if (frames.size() % 2 != 0) FixChecksums(*frame);
    frames.push_back(*std::move(frame));
  }
  return frames;
}

void Tell(const Connections& connections, Explanation& to, const Proxy& proxy) {
  connections.Tell(to);
  to.Summarise(proxy);
}

void Play(const std::vector<CapturedFrame>& frames, CaptureTime start, std::FILE* to) {
  Explain explain(ThePolicy(), start, to);
  auto selection = std::get<Selection>(Selection::Create({}, explain));
  Connections connections(ThePolicy(), selection);
  Observers observers({&selection, &connections});
  Replay replay(ThePolicy(), HashKeyFrom(1), start, observers);
  for (const CapturedFrame& frame : frames) replay.Feed(frame);
  Tell(connections, explain, replay.proxy());
}

void PlaySessions(const std::vector<CapturedFrame>& frames, CaptureTime start, std::FILE* to) {
  RecordedSessions recorded(ThePolicy());
  for (const CapturedFrame& frame : frames) recorded.See(frame);
  const Policy policy(recorded.WithPromises(ThePolicy().config()));
  ExplainJson explain(policy, start, to);
  auto selection = std::get<Selection>(Selection::Create({}, explain));
  Connections connections(policy, selection);
  Observers observers({&selection, &connections});
  const Replay::Setup setup{policy, HashKeyFrom(1), start};
  SessionReplay replay(recorded, SessionReplay::Sides::kMixed, setup, observers);
  for (const CapturedFrame& frame : frames) replay.Feed(frame);
  replay.Finish();
  for (const std::string& line : replay.Report()) explain.Note(line);
  Tell(connections, explain, replay.proxy());
}

}  // namespace
}  // namespace synsplice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace synsplice;
  static std::FILE* const nowhere = std::fopen("/dev/null", "w");
  const fuzz::MemoryFile file({data, size});
  for (const char* outside_interface : {"", "0"}) {
    auto opened = MergedCapture::Open(file.path(), "", outside_interface);
    if (const auto* sentence = std::get_if<std::string>(&opened)) {
      SYNSPLICE_CHECK(!sentence->empty());
    } else {
      auto& capture = std::get<MergedCapture>(opened);
      const CaptureTime start = capture.start();
      const std::vector<CapturedFrame> frames = FramesOf(capture);
      Play(frames, start, nowhere);
      PlaySessions(frames, start, nowhere);
    }
  }
  return 0;
}
