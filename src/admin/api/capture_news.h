// What is told about captures that begin and end.
#pragma once

#include <string>

#include "admin/json_value.h"
#include "capture/capture_desk.h"

namespace synsplice {

// For the log: who, what, and when it ends how many frames.
std::string LineOf(const CaptureDesk::News& news);

// Of the event.
JsonValue ViewOf(const CaptureDesk::News& news);

}  // namespace synsplice
