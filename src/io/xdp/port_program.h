// XDP programs on network interfaces: whose is it, and how ours stays there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "io/host/descriptor.h"
#include "io/xdp/bpf_descriptors.h"

namespace synsplice {

// The id of the program that the kernel runs for the interface; 0: none. The kernel gives no id
// twice until it is booted again.
uint32_t AttachedProgram(unsigned interface_index);

// Takes off whatever program is there.
void DetachProgram(unsigned interface_index);

// The program of redirect.bpf.c as a file in memory, for a driver that wants a path.
class RedirectProgram {
 public:
  // Throws StartError.
  RedirectProgram();
  std::string path() const;

 private:
  Descriptor file_;
};

// How a program is on its interface.
enum class Hold : uint8_t {
  // By a BPF link: whoever would take it off or put another in its place is refused by the kernel,
  // and it goes when the process goes, however that ends.
  kWithProcess,
  // As with `ip link set dev IF xdp`: it stays when the process goes, and anybody with the right to
  // may take it off.
  kForGood,
};

// A program of redirect.bpf.c on its interface. Serves nobody at first.
class PortProgram {
 public:
  PortProgram() = default;  // none
  // Takes over the program that a driver of this process has attached, whose sockets begin with
  // those of `first_queue`. Throws StartError.
  PortProgram(unsigned interface_index, Hold hold, unsigned first_queue);

  uint32_t id() const { return id_; }  // 0: none
  // Whether the interface runs the program.
  bool IsAttached() const;
  // Attaches it again; false: another program is there, or the kernel refuses.
  bool Attach();
  // Takes it off, whatever its hold, and forgets it. Another's program stays.
  void Release();

  // Where frames go while nobody serves. Throws StartError.
  void WireTo(unsigned interface_index);
  // Whether frames go to the sockets.
  void Serve(bool serves);
  // A descriptor of its own for one of the program's maps; not ok(): there is no program.
  Descriptor Map(std::string_view name) const { return FindMap(program_, name); }

 private:
  unsigned interface_ = 0;
  Hold hold_ = Hold::kWithProcess;
  unsigned first_queue_ = 0;
  uint32_t id_ = 0;
  Descriptor program_;
  Descriptor link_;  // kWithProcess
  Descriptor settings_;
};

}  // namespace synsplice
