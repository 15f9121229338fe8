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

// What a lock file says: "PROCESS PROGRAM". A lock without it works all the same.
struct Note {
  pid_t process = 0;     // 0: nothing is known
  uint32_t program = 0;  // 0: none
};

Note Read(const Descriptor& file) {
  char text[32] = {};
  Note note;
  const bool some = ::pread(file.get(), text, sizeof text - 1, 0) > 0;
  if (some) std::sscanf(text, "%d %" SCNu32, &note.process, &note.program);
  return note;
}

void Write(const Descriptor& file, const Note& note) {
  const std::string text = fmt::format("{} {}", note.process, note.program);
  if (::ftruncate(file.get(), 0) != 0) return;
  [[maybe_unused]] const ssize_t written = ::pwrite(file.get(), text.data(), text.size(), 0);
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

uint32_t NotedProgram(const std::string& folder, unsigned interface_index) {
  const Descriptor file = OpenToLook(folder, interface_index);
  return file.ok() ? Read(file).program : 0;
}

}  // namespace synsplice
