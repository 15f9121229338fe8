// One captured frame in one line.
#pragma once

#include <string>

#include "io/pcap/record_source.h"

namespace synsplice {

// "13:22:32.123456 outside before: dropped: land; 198.18.0.1:1 > 198.18.0.10:80 S seq 1": the time
// (UTC), the port, what became of the frame, and the frame in the style of tcpdump.
std::string CaptureLine(const CaptureRecord& frame, const std::string& port);

}  // namespace synsplice
