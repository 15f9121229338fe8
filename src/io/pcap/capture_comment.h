// What the comments of a capture of ours begin with: captures are written here and there, and read
// again by explain and replay.
#pragma once

#include <string_view>

namespace synsplice {

inline constexpr std::string_view kCommentOfOurs = "synsplice ";
// Of a frame as it arrived, the only kind that can be fed to the core again.
inline constexpr std::string_view kCommentBefore = "synsplice before: ";
// Of a frame as it left.
inline constexpr std::string_view kCommentAfter = "synsplice after: ";
// Of one that was held, when it is judged again and does not leave.
inline constexpr std::string_view kCommentAgain = "synsplice again: ";

}  // namespace synsplice
