// Text in lines that a terminal shows whole.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace synsplice {

inline constexpr size_t kTextColumns = 100;

// `text` behind `prefix`, in lines of at most kTextColumns, each with its line feed; further lines
// begin with `indent` spaces. What is read as one ("a > b", "ack 5", <options>, [notes]) is broken
// only where it does not fit a line of its own.
std::string Wrapped(std::string_view prefix, std::string_view text, size_t indent);

}  // namespace synsplice
