// What an explanation says about a verdict, whatever its form.
#pragma once

#include <string>

#include "replay/replay.h"

namespace synsplice {

// Of what leaves: "unchanged", or the line of the frame (OutputText). Empty: nothing leaves.
std::string LeavingText(const JudgedFrame& judged);

// "cookie[...]": the fields of a cookie that was sent or, with its ACK, made a flow. Empty: none.
std::string CookieOf(const JudgedFrame& judged);

}  // namespace synsplice
