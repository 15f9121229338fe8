// Checks for our own mistakes (never for what a peer sent): they stay on in release builds.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace synsplice {

[[noreturn]] inline void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
  std::abort();
}

}  // namespace synsplice

#define SYNSPLICE_CHECK(condition) \
  ((condition) ? void() : ::synsplice::CheckFailed(#condition, __FILE__, __LINE__))
