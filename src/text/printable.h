// Text of others as it may be shown on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace synsplice {

// Control characters other than tabs, and bytes that are not UTF-8, as \xNN.
std::string Printable(std::string_view text);

// The text, or its beginning and "..." if it is longer than a name or an address can be.
std::string Shortened(std::string_view text);

// 'TEXT', shortened.
std::string Quoted(std::string_view text);

// A line with a caret below byte `column` (1-based, one behind the end at most), both printable,
// cut to what stands around the caret.
std::string Snippet(std::string_view line, size_t column);

}  // namespace synsplice
