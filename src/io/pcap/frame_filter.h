// Which Ethernet frames somebody wants to see: a BPF expression (pcap-filter(7)).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>

struct bpf_program;

namespace synsplice {

class FrameFilter {
 public:
  // An empty expression takes every frame. What is wrong with it, in libpcap's words, instead of a
  // filter.
  static std::variant<FrameFilter, std::string> Create(const std::string& expression);

  // May be called from several threads. `length` is that on the wire.
  bool Takes(std::span<const uint8_t> frame, size_t length) const;
  bool Takes(std::span<const uint8_t> frame) const { return Takes(frame, frame.size()); }

  // What a frame costs at most: instructions, each run once unless it has loops (protochain).
  size_t instructions() const;
  bool has_loops() const;

 private:
  struct Free {
    void operator()(bpf_program* program) const;
  };

  std::unique_ptr<bpf_program, Free> program_;  // nullptr: every frame
};

}  // namespace synsplice
