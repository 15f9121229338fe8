// Writes every frame that leaves either side, in order: to one pcapng file with the interfaces
// "outside" and "inside", or to a file for each. Sequence numbers differ from side to side, so
// frames of both sides without the side would be a riddle.
#pragma once

#include <array>
#include <string>
#include <variant>
#include <vector>

#include "io/file/output_file.h"
#include "io/pcap/pcapng_encoder.h"
#include "replay/replay.h"

namespace synsplice {

class OutputCapture final : public ReplayObserver {
 public:
  // `paths`: one for both sides, or outside's and inside's. One sentence when a file can't be
  // written.
  static std::variant<OutputCapture, std::string> Create(const std::vector<std::string>& paths);

  void OnJudged(const JudgedFrame& judged) override;
  void OnMade(const MadeFrame& made) override;
  void OnHeldEnd(Outbox::SlotEvent::Kind, size_t) override {}

  // The files come to their places; one sentence when not everything has reached them.
  std::string Commit();

 private:
  // Where a side's frames go.
  struct Target {
    size_t file = 0;
    uint32_t interface = 0;
  };

  OutputCapture() = default;
  void Write(Side to, CaptureTime time, std::span<const uint8_t> bytes);
  // Writes `block_` and forgets it.
  void Flush(size_t file);

  std::vector<OutputFile> files_;
  std::array<Target, 2> targets_;  // by side
  std::string block_;
};

}  // namespace synsplice
