#include "io/host/interface_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
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

std::string Holder(const Descriptor& file) {
  char text[16] = {};
  const ssize_t length = ::pread(file.get(), text, sizeof text - 1, 0);
  return length > 0 ? fmt::format("process {}", text) : "another process";
}

// For whoever finds the lock taken; a lock without it works all the same.
void SignWith(const Descriptor& file, pid_t process) {
  const std::string text = std::to_string(process);
  if (::ftruncate(file.get(), 0) != 0) return;
  [[maybe_unused]] const ssize_t written = ::pwrite(file.get(), text.data(), text.size(), 0);
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
  SignWith(file_, ::getpid());
}

std::string LockHolder(const std::string& folder, unsigned interface_index) {
  const std::string path = PathOf(folder, interface_index);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  // Shared: two who look at the same time do not see each other.
  if (!file.ok() || ::flock(file.get(), LOCK_SH | LOCK_NB) == 0) return "";
  return Holder(file);
}

}  // namespace synsplice
