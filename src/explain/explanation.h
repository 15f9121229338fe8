// What explain tells a reader, as text or as JSON: every frame, then every connection, then the
// sum.
#pragma once

#include <string>

#include "explain/connections.h"
#include "replay/replay.h"

namespace synsplice {

class Explanation : public ReplayObserver {
 public:
  virtual void OnConnection(const Connection& connection) = 0;
  // What is left at the end: flows, and every counter that is not zero.
  virtual void Summarise(const Proxy& proxy) = 0;
  // A sentence about the capture as a whole.
  virtual void Note(const std::string& sentence) = 0;
};

}  // namespace synsplice
