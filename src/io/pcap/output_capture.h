// Writes every frame that leaves either side to one nanosecond pcap file, in order.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "io/pcap/replay.h"

struct pcap;
struct pcap_dumper;

namespace synsplice {

class OutputCapture final : public ReplayObserver {
 public:
  // One sentence when the file can't be written.
  static std::variant<std::unique_ptr<OutputCapture>, std::string> Create(const std::string& path);

  void OnJudged(const JudgedFrame& judged) override;
  void OnMade(const MadeFrame& made) override;
  void OnHeldEnd(Outbox::SlotEvent::Kind, size_t) override {}

  // Writes what is buffered; false: not everything reached the file.
  bool Flush();

 private:
  struct Close {
    void operator()(pcap* handle) const;
    void operator()(pcap_dumper* file) const;
  };

  OutputCapture() = default;
  void Write(CaptureTime time, std::span<const uint8_t> bytes);

  std::unique_ptr<pcap, Close> handle_;
  std::unique_ptr<pcap_dumper, Close> file_;
};

}  // namespace synsplice
