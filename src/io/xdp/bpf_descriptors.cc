#include "io/xdp/bpf_descriptors.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

namespace synsplice {
namespace {

std::vector<std::string> OpenDescriptors() {
  std::vector<std::string> numbers;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    numbers.push_back(entry.path().filename());
  }
  return numbers;
}

// A number that the kernel tells of a descriptor which has the line `kind` as well, such as
// "prog_type:" (a link has a prog_id too); 0: it has not.
uint32_t NumberOf(const std::string& descriptor, std::string_view kind, std::string_view key) {
  std::ifstream words("/proc/self/fdinfo/" + descriptor);
  std::string word;
  bool is_kind = false;
  uint32_t number = 0;
  while (words >> word) {
    is_kind |= word == kind;
    if (word == key) words >> number;
  }
  return is_kind ? number : 0;
}

Descriptor Find(const std::function<bool(const std::string& number)>& is_it) {
  for (const std::string& number : OpenDescriptors()) {
    if (is_it(number)) return Descriptor(::fcntl(std::stoi(number), F_DUPFD_CLOEXEC, 0));
  }
  return {};
}

constexpr uint32_t kMostMaps = 16;

std::vector<uint32_t> MapsOf(const Descriptor& program) {
  std::array<uint32_t, kMostMaps> ids{};
  bpf_prog_info info{};
  info.nr_map_ids = kMostMaps;
  info.map_ids = reinterpret_cast<uintptr_t>(ids.data());
  uint32_t size = sizeof info;
  if (::bpf_obj_get_info_by_fd(program.get(), &info, &size) != 0) return {};
  return {ids.begin(), ids.begin() + std::min(info.nr_map_ids, kMostMaps)};
}

bool IsCalled(const std::string& number, std::string_view name) {
  bpf_map_info info{};
  uint32_t size = sizeof info;
  return ::bpf_obj_get_info_by_fd(std::stoi(number), &info, &size) == 0 && info.name == name;
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

Descriptor FindProgram(uint32_t id) {
  if (id == 0) return {};
  return Find(
      [&](const std::string& number) { return NumberOf(number, "prog_type:", "prog_id:") == id; });
}

Descriptor FindMap(const Descriptor& program, std::string_view name) {
  const std::vector<uint32_t> ids = MapsOf(program);
  return Find([&](const std::string& number) {
    const uint32_t id = NumberOf(number, "map_type:", "map_id:");
    return std::ranges::find(ids, id) != ids.end() && IsCalled(number, name);
  });
}

void CloseForgottenXdp() {
  for (const std::string& number : OpenDescriptors()) {
    if (IsOfXdp(number)) ::close(std::stoi(number));
  }
}

}  // namespace synsplice
