// One or two captures of the same time as one stream of frames, in the order of their time stamps.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "io/pcap/capture_reader.h"

namespace synsplice {

class MergedCapture {
 public:
  // An empty path: nothing was captured on that side. With `outside_interface` each file holds both
  // sides (see CaptureReader). One sentence when a file can't be read.
  static std::variant<MergedCapture, std::string> Open(const std::string& outside_path,
                                                       const std::string& inside_path,
                                                       const std::string& outside_interface = {});

  // Equal time stamps: outside first, then file order. A file's own order is kept even where its
  // time steps back. nullopt: no more frames, or see error().
  std::optional<CapturedFrame> Next();

  // Of the first frame that Next will answer; 1970 when there is none.
  CaptureTime start() const;

  // Whether the files themselves tell where each frame arrived.
  bool tells_sides() const;
  // Of all files together.
  ReadingPlace place() const;

  // Interfaces of all files, by name or number; empty: no file's format has any.
  std::vector<std::string> interfaces() const;

  // What stopped a file before its end; empty: nothing did.
  std::string error() const;

 private:
  struct Source {
    CaptureReader reader;
    std::optional<CapturedFrame> head;
  };

  const Source* Earliest() const;

  std::vector<Source> sources_;  // outside first
};

}  // namespace synsplice
