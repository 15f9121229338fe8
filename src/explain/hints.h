// What a capture lacks for a faithful replay, and the option that helps: closing lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replay/replay.h"

namespace synsplice {

class Hints final : public ReplayObserver {
 public:
  void OnJudged(const JudgedFrame& judged) override;
  void OnMade(const MadeFrame&) override {}
  void OnHeldEnd(Outbox::SlotEvent::Kind, size_t) override {}

  // Options that the user has chosen need no hint.
  struct Chosen {
    bool session = false;
    bool fix_checksums = false;
    bool outside_interface = false;
  };
  // One sentence each. `interfaces`: of the capture, by name.
  std::vector<std::string> Sentences(Chosen chosen,
                                     const std::vector<std::string>& interfaces) const;

 private:
  uint64_t damaged_syns_ = 0;
  uint64_t foreign_acks_ = 0;
  uint64_t cut_ = 0;
};

}  // namespace synsplice
