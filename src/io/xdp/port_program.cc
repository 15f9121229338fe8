#include "io/xdp/port_program.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "io/host/start_error.h"
#include "io/xdp/redirect_settings.h"

// The object that clang has made of redirect.bpf.c.
asm(R"(
  .section .rodata
synsplice_redirect_begin:
  .incbin ")" SYNSPLICE_REDIRECT_OBJECT R"("
synsplice_redirect_end:
  .previous
)");
extern "C" const char synsplice_redirect_begin[], synsplice_redirect_end[];

namespace synsplice {
namespace {

constexpr uint32_t kOnly = 0;  // the key of a map with one entry

StartError Failed(const char* what) {
  return StartError(fmt::format("{}: {}", what, std::strerror(errno)));
}

}  // namespace

uint32_t AttachedProgram(unsigned interface_index) {
  uint32_t id = 0;
  return ::bpf_xdp_query_id(static_cast<int>(interface_index), 0, &id) == 0 ? id : 0;
}

void DetachProgram(unsigned interface_index) {
  ::bpf_xdp_detach(static_cast<int>(interface_index), 0, nullptr);
}

RedirectProgram::RedirectProgram() : file_(::memfd_create("redirect", MFD_CLOEXEC)) {
  const size_t size = static_cast<size_t>(synsplice_redirect_end - synsplice_redirect_begin);
  if (::write(file_.get(), synsplice_redirect_begin, size) != static_cast<ssize_t>(size)) {
    throw Failed("no memory for the XDP program");
  }
}

std::string RedirectProgram::path() const { return fmt::format("/proc/self/fd/{}", file_.get()); }

PortProgram::PortProgram(unsigned interface_index, Hold hold, unsigned first_queue)
    : interface_(interface_index),
      hold_(hold),
      first_queue_(first_queue),
      id_(AttachedProgram(interface_index)),
      program_(FindProgram(id_)),
      settings_(FindMap(program_, "settings")) {
  if (!settings_.ok()) throw StartError("the XDP program is not the one that was attached");
  if (hold == Hold::kForGood) return;
  // A link does not take the place of a program that was attached without one.
  DetachProgram(interface_);
  if (!Attach()) throw Failed("the XDP program cannot be attached");
}

bool PortProgram::IsAttached() const { return id_ != 0 && AttachedProgram(interface_) == id_; }

bool PortProgram::Attach() {
  const int interface = static_cast<int>(interface_);
  if (hold_ == Hold::kForGood) {
    return ::bpf_xdp_attach(interface, program_.get(), XDP_FLAGS_UPDATE_IF_NOEXIST, nullptr) == 0;
  }
  link_ = Descriptor(::bpf_link_create(program_.get(), interface, BPF_XDP, nullptr));
  return link_.ok();
}

void PortProgram::Release() {
  if (hold_ == Hold::kForGood && IsAttached()) DetachProgram(interface_);
  *this = PortProgram();
}

void PortProgram::WireTo(unsigned interface_index) {
  const Descriptor other = FindMap(program_, "other_port");
  if (!other.ok() || ::bpf_map_update_elem(other.get(), &kOnly, &interface_index, BPF_ANY) != 0) {
    throw Failed("there is no wire to the other port");
  }
}

void PortProgram::Serve(bool serves) {
  const RedirectSettings now{serves, first_queue_};
  if (settings_.ok()) ::bpf_map_update_elem(settings_.get(), &kOnly, &now, BPF_ANY);
}

}  // namespace synsplice
