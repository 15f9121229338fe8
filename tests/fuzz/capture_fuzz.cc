// Any bytes as a capture file: libpcap, our reader, and the frames through replay and explain.
#include <cstdint>
#include <cstdio>
#include <memory>

#include "fuzz/memory_file.h"
#include "io/pcap/explain.h"
#include "io/pcap/fix_checksums.h"
#include "io/pcap/merged_capture.h"
#include "synsplice/base/check.h"

namespace synsplice {
namespace {

constexpr int kMostFrames = 64;

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

void Play(MergedCapture& capture, std::FILE* to) {
  static const Policy policy(ServiceConfigOf198());
  Explain explain(policy, capture.start(), to);
  Replay replay(policy, HashKeyFrom(1), capture.start(), explain);
  for (int i = 0; i < kMostFrames; ++i) {
    auto frame = capture.Next();
    if (!frame) break;
    if (i % 2 != 0) FixChecksums(*frame);
    replay.Feed(*frame);
  }
  explain.Summarise(replay.proxy());
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
      Play(std::get<MergedCapture>(opened), nowhere);
    }
  }
  return 0;
}
