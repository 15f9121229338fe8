#include "io/host/xdp.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include "io/host/start_error.h"

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

// The id of the BPF program behind a descriptor of this process; 0: it is none.
uint32_t ProgramOf(const std::string& descriptor) {
  std::ifstream lines("/proc/self/fdinfo/" + descriptor);
  std::string key;
  bool is_program = false;  // a link has a prog_id as well
  uint32_t id = 0;
  while (lines >> key) {
    is_program |= key == "prog_type:";
    if (key == "prog_id:") lines >> id;
  }
  return is_program ? id : 0;
}

std::vector<std::string> OpenDescriptors() {
  std::vector<std::string> numbers;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    numbers.push_back(entry.path().filename());
  }
  return numbers;
}

// The driver keeps its descriptor to itself, and to ask the kernel for another takes CAP_SYS_ADMIN.
Descriptor FindProgram(uint32_t id) {
  for (const std::string& number : OpenDescriptors()) {
    if (ProgramOf(number) == id) return Descriptor(::fcntl(std::stoi(number), F_DUPFD_CLOEXEC, 0));
  }
  return {};
}

bool IsOfXdp(const std::string& number) {
  int domain = 0;
  socklen_t size = sizeof domain;
  ::getsockopt(std::stoi(number), SOL_SOCKET, SO_DOMAIN, &domain, &size);
  std::error_code gone;
  const std::string target = std::filesystem::read_symlink("/proc/self/fd/" + number, gone);
  return domain == AF_XDP || target.starts_with("anon_inode:bpf") || target == "anon_inode:btf";
}

}  // namespace

uint32_t AttachedProgram(unsigned interface_index) {
  uint32_t id = 0;
  return ::bpf_xdp_query_id(static_cast<int>(interface_index), 0, &id) == 0 ? id : 0;
}

RedirectProgram::RedirectProgram() : file_(::memfd_create("redirect", MFD_CLOEXEC)) {
  const size_t size = static_cast<size_t>(synsplice_redirect_end - synsplice_redirect_begin);
  if (::write(file_.get(), synsplice_redirect_begin, size) != static_cast<ssize_t>(size)) {
    throw StartError(fmt::format("no memory for the XDP program: {}", std::strerror(errno)));
  }
}

std::string RedirectProgram::path() const { return fmt::format("/proc/self/fd/{}", file_.get()); }

XdpLink::XdpLink(unsigned interface_index)
    : interface_(interface_index),
      id_(AttachedProgram(interface_index)),
      program_(FindProgram(id_)) {
  if (!program_.ok()) throw StartError("the XDP program is not the one that was attached");
  // A link does not take the place of a program that was attached without one.
  ::bpf_xdp_detach(static_cast<int>(interface_), 0, nullptr);
  if (!Attach()) {
    throw StartError(fmt::format("the XDP program cannot be attached: {}", std::strerror(errno)));
  }
}

bool XdpLink::IsAttached() const { return AttachedProgram(interface_) == id_; }

bool XdpLink::Attach() {
  link_ =
      Descriptor(::bpf_link_create(program_.get(), static_cast<int>(interface_), BPF_XDP, nullptr));
  return link_.ok();
}

void CloseForgottenXdp() {
  for (const std::string& number : OpenDescriptors()) {
    if (IsOfXdp(number)) ::close(std::stoi(number));
  }
}

}  // namespace synsplice
