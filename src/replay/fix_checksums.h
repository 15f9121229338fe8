// Checksums that the sender's network card would have filled in.
#pragma once

#include "io/pcap/capture_reader.h"

namespace synsplice {

// Makes the checksums of a TCP segment right, IPv4's included: a capture that was taken before the
// offload has unfinished ones, and a frame that was cut cannot have right ones. Whatever else the
// frame is stays as it is, fragments too: their checksum is that of the whole.
void FixChecksums(CapturedFrame& frame);

}  // namespace synsplice
