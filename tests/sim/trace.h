// The readable trace of a run.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "packet.h"
#include "synsplice/base/side.h"
#include "synsplice/base/verdict.h"

namespace synsplice::sim {

// Times are the run's milliseconds.
class Trace {
 public:
  // `out` may be null: then nothing is written.
  explicit Trace(std::ostream* out) : out_(out) {}

  void Line(int64_t now, const std::string& text) const;
  void Write(int64_t now, const char* where, Side side, const Packet& packet,
             const std::string& what = "") const;
  void Write(int64_t now, Side side, synsplice::Verdict verdict, const Packet& packet) const;

 private:
  std::ostream* out_;
};

}  // namespace synsplice::sim
