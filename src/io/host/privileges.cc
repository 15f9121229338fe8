#include "io/host/privileges.h"

#include <cap-ng.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <seccomp.h>
#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "control/buffer_plan.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

// The leak check of a sanitizer build traces its own process.
#ifdef __SANITIZE_ADDRESS__
constexpr bool kTracesItself = true;
#else
constexpr bool kTracesItself = false;
#endif

// A deny list: which calls DPDK's drivers make is theirs to change.
constexpr std::array kNeverCalled = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(fsopen),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(acct),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(sethostname),
};

bool AnyAfXdp(std::span<const std::string> devices) {
  return std::any_of(devices.begin(), devices.end(),
                     [](const std::string& device) { return IsAfXdp(device); });
}

// Virtual devices of DPDK are named after their driver, "net_...".
bool AnyHardware(std::span<const std::string> devices) {
  return std::any_of(devices.begin(), devices.end(), [](const std::string& device) {
    return !device.starts_with("net_") && !device.starts_with("eth_");
  });
}

std::vector<unsigned> NeededBy(std::span<const std::string> devices) {
  // Interfaces and their sockets; memory that the kernel may not move.
  std::vector<unsigned> needed = {CAP_NET_ADMIN, CAP_NET_RAW, CAP_IPC_LOCK};
  if (AnyAfXdp(devices)) needed.push_back(CAP_BPF);
  // Registers, and physical addresses where no IOMMU stands in between.
  if (AnyHardware(devices)) needed.insert(needed.end(), {CAP_SYS_RAWIO, CAP_SYS_ADMIN});
  return needed;
}

void Require(bool done, const char* what) {
  if (!done) throw StartError(fmt::format("{}: {}", what, std::strerror(errno)));
}

void KeepCapabilities(std::vector<unsigned> needed) {
  // What the process was started without it does not get here.
  std::erase_if(needed, [](unsigned capability) {
    return capng_have_capability(CAPNG_EFFECTIVE, capability) == 0;
  });
  const bool may_bound = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) != 0;
  capng_clear(CAPNG_SELECT_ALL);
  for (const unsigned capability : needed) {
    constexpr int kSets = CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET;
    capng_update(CAPNG_ADD, static_cast<capng_type_t>(kSets), capability);
  }
  Require(capng_apply(may_bound ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS) == 0,
          "capabilities cannot be dropped");
}

void FilterSystemCalls(bool may_load_programs) {
  const std::unique_ptr<void, void (*)(void*)> filter(seccomp_init(SCMP_ACT_ALLOW),
                                                      seccomp_release);
  Require(filter != nullptr, "no filter of system calls");
  const auto deny = [&](int call) {
    Require(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0) == 0,
            "no filter of system calls");
  };
  for (const int call : kNeverCalled) deny(call);
  if (!kTracesItself) deny(SCMP_SYS(ptrace));
  if (!may_load_programs) deny(SCMP_SYS(bpf));
  // Without this the kernel would slow the workers down against a side channel of others' code.
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_SSB, 1);
  Require(seccomp_load(filter.get()) == 0, "the filter of system calls is refused");
}

}  // namespace

void DropPrivileges(std::span<const std::string> devices) {
  KeepCapabilities(NeededBy(devices));
  Require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS is refused");
  if (!kTracesItself) prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  FilterSystemCalls(AnyAfXdp(devices));
}

std::vector<std::string> MissingCapabilities(std::span<const std::string> devices) {
  capng_get_caps_process();
  std::vector<std::string> missing;
  for (const unsigned capability : NeededBy(devices)) {
    if (capng_have_capability(CAPNG_EFFECTIVE, capability) != 0) continue;
    missing.push_back(fmt::format("cap_{}", capng_capability_to_name(capability)));
  }
  return missing;
}

std::string GrantCommand(std::span<const std::string> missing) {
  return fmt::format("setcap {}+ep $(command -v synsplice)", fmt::join(missing, ","));
}

std::string PrivilegeRemedy(std::span<const std::string> devices) {
  const std::vector<std::string> missing = MissingCapabilities(devices);
  if (missing.empty()) return "";
  return fmt::format("; this process lacks {}: start it as root, or {}", fmt::join(missing, ", "),
                     GrantCommand(missing));
}

void DropAllCapabilities() {
  capng_clear(CAPNG_SELECT_CAPS);
  capng_apply(CAPNG_SELECT_CAPS);
}

void KeepBpfCapability() {
  capng_get_caps_process();
  const bool may = capng_have_capability(CAPNG_EFFECTIVE, CAP_BPF) != 0;
  capng_clear(CAPNG_SELECT_CAPS);
  constexpr int kSets = CAPNG_EFFECTIVE | CAPNG_PERMITTED;
  if (may) capng_update(CAPNG_ADD, static_cast<capng_type_t>(kSets), CAP_BPF);
  capng_apply(CAPNG_SELECT_CAPS);
}

}  // namespace synsplice
