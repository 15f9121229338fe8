// Which frames a client of the API wants to capture.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "admin/api_request.h"
#include "admin/snapshot.h"
#include "capture/capture_desk.h"

namespace synsplice {

// Bytes; a filter of a thousand characters fits.
inline constexpr size_t kLongestCaptureQuery = 4096;

// The body: {"filter": TEXT, "reason": NAME, "service": NAME, "frames": "before"|"after"|"both",
// "count": N, "seconds": N, "sample": N, "snaplen": N}, all of them optional; no body is {}. What
// it asks for, or one sentence about what is wrong with it.
std::variant<CaptureOrder, std::string> ParseCapture(const ApiRequest& request,
                                                     const std::vector<ServiceState>& services);

}  // namespace synsplice
