#include "io/host/interface_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "io/host/start_error.h"

namespace synsplice {
namespace {

StartError Failed(const std::string& what, const std::string& path) {
  return StartError(fmt::format("{} {}: {}", what, path, std::strerror(errno)));
}

// Numbers of interfaces are of their namespace.
ino_t NetworkNamespace() {
  struct stat status {};
  if (::stat("/proc/thread-self/ns/net", &status) != 0) {
    throw Failed("cannot examine", "/proc/thread-self/ns/net");
  }
  return status.st_ino;
}

std::string PathOf(const std::string& folder, unsigned interface_index) {
  return fmt::format("{}/{}-{}.lock", folder, NetworkNamespace(), interface_index);
}

std::string BootId() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
  return id;
}

// What a lock file says: "PROCESS PROGRAM BOOT" in a line. A lock without it works all the same.
struct Note {
  pid_t process = 0;     // 0: nothing is known
  uint32_t program = 0;  // 0: none
};

// The file may be older than the boot, where /run is on a disk.
Note Read(const Descriptor& file) {
  char text[96] = {}, boot[sizeof text] = {};
  if (::pread(file.get(), text, sizeof text - 1, 0) <= 0) return {};
  Note note;
  std::sscanf(text, "%d %" SCNu32 " %s", &note.process, &note.program, boot);
  return boot == BootId() ? note : Note{};
}

// A process that is killed in between leaves one note or the other.
void Write(const Descriptor& file, const Note& note) {
  const std::string text = fmt::format("{} {} {}\n", note.process, note.program, BootId());
  const auto size = static_cast<ssize_t>(text.size());
  if (::pwrite(file.get(), text.data(), text.size(), 0) != size) return;
  [[maybe_unused]] const int cut = ::ftruncate(file.get(), size);
}

bool IsOf(uint32_t noted, uint32_t program) {
  return program != 0 && (noted == program || noted == kPendingProgram);
}

std::string Holder(const Descriptor& file) {
  const Note note = Read(file);
  return note.process != 0 ? fmt::format("process {}", note.process) : "another process";
}

// Not ok(): nobody has made it, or this user may not see it.
Descriptor OpenToLook(const std::string& folder, unsigned interface_index) {
  const std::string path = PathOf(folder, interface_index);
  return Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
}

}  // namespace

InterfaceLock::InterfaceLock(const std::string& folder, unsigned interface_index) {
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
    throw Failed("cannot make the folder of the locks", folder);
  }
  const std::string path = PathOf(folder, interface_index);
  file_ = Descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file_.ok()) throw Failed("cannot open the lock", path);
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    throw StartError(fmt::format("synsplice runs on it already ({})", Holder(file_)));
  }
  NoteProgram(Read(file_).program);
}

bool InterfaceLock::Owns(uint32_t program) const { return IsOf(program_, program); }

void InterfaceLock::NoteProgram(uint32_t id) {
  program_ = id;
  Write(file_, {::getpid(), id});
}

std::string LockHolder(const std::string& folder, unsigned interface_index) {
  const Descriptor file = OpenToLook(folder, interface_index);
  // Shared: two who look at the same time do not see each other.
  if (!file.ok() || ::flock(file.get(), LOCK_SH | LOCK_NB) == 0) return "";
  return Holder(file);
}

bool IsNoted(const std::string& folder, unsigned interface_index, uint32_t program) {
  const Descriptor file = OpenToLook(folder, interface_index);
  return file.ok() && IsOf(Read(file).program, program);
}

}  // namespace synsplice
