// What an operator wants to see of the frames that are judged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "synsplice/base/reason.h"
#include "synsplice/base/time.h"

namespace synsplice {

struct CaptureChoice {
  std::string filter = {};               // pcap-filter(7); empty: every frame
  std::optional<Reason> reason = {};     // dropped or refused for it
  std::optional<uint16_t> service = {};  // number of the service whose frames they are
  bool before = true;                    // as they arrive
  bool after = false;                    // as they leave
  uint64_t count = 0;                    // it ends after so many; 0: it does not
  Seconds duration{3600};                // and after so long
  uint32_t sample = 1;                   // one of so many
  uint32_t snap_length = 65535;          // bytes of a frame at most
};

// Frames that were captured, and those that should have been and found no room.
struct CaptureCounts {
  uint64_t frames = 0;
  uint64_t lost = 0;
};

// Of frames that the core never sees, or has judged already.
constexpr bool IsOfShell(Reason reason) { return reason >= Reason::kTxFull; }

}  // namespace synsplice
