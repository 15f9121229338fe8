// Flows and cookies in words.
#pragma once

#include <optional>
#include <string>

#include "synsplice/flow/flow.h"
#include "synsplice/policy/policy.h"
#include "synsplice/wire/frame.h"

namespace synsplice {

// "waiting 198.18.0.11:80 -> established D=5 T=7 scale 7/7/9 198.18.0.11:80": the flow that a frame
// met and left. Scales are the client's, the promised and the server's; "-" stands for no flow and
// for no scale. What did not change is said once, behind.
std::string FlowChangeText(const Policy& policy, const std::optional<Flow>& before,
                           const std::optional<Flow>& after);

// "cookie[mss 1460 scale 7 sack ts epoch 1]": the clear fields of the cookie that a SYN-ACK
// (`from_proxy`) carries as its sequence number or an ACK gives back. REQUIRES: packet is TCP.
std::string CookieText(const Packet& packet, bool from_proxy);

}  // namespace synsplice
