#include "io/admin/unix_listener.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "io/host/start_error.h"
#include "io/host/unix_name.h"

namespace synsplice {
namespace {

constexpr mode_t kMode = 0660;

StartError Failed(const std::string& path, std::string_view what) {
  return StartError(fmt::format("admin.socket {}: {}", path, what));
}
StartError Failed(const std::string& path) { return Failed(path, std::strerror(errno)); }

sockaddr_un AddressOf(const std::string& path) {
  const auto address = UnixName(path);
  if (!address) throw Failed(path, "the name is too long");
  return *address;
}

Descriptor OpenSocket(const std::string& path) {
  Descriptor opened(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!opened.ok()) throw Failed(path);
  return opened;
}

// REQUIRES: a socket has the name. One that takes no stream, or not from us, has somebody too.
bool SomebodyListens(const std::string& path, const sockaddr_un& address) {
  const Descriptor probe = OpenSocket(path);
  return ::connect(probe.get(), Generic(address), sizeof address) == 0 || errno != ECONNREFUSED;
}

void TakeOver(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) throw Failed(path, "there is a file that is no socket");
  if (SomebodyListens(path, address)) throw Failed(path, "another process answers there");
  if (::unlink(path.c_str()) != 0) throw Failed(path);
}

// The last folder of the name, as after a restart of the machine; what is missing before it was
// meant to be there.
void MakeFolder(const std::string& path) {
  const std::string folder = path.substr(0, path.find_last_of('/'));
  if (folder.empty() || ::mkdir(folder.c_str(), 0755) == 0 || errno == EEXIST) return;
  throw Failed(path, fmt::format("its folder cannot be made: {}", std::strerror(errno)));
}

}  // namespace

UnixListener::UnixListener(std::string path) : path_(std::move(path)) {
  const sockaddr_un address = AddressOf(path_);
  MakeFolder(path_);
  TakeOver(path_, address);
  descriptor_ = OpenSocket(path_);
  if (::bind(descriptor_.get(), Generic(address), sizeof address) != 0) throw Failed(path_);
  // Nobody can connect before it listens.
  if (::chmod(path_.c_str(), kMode) != 0 || ::listen(descriptor_.get(), SOMAXCONN) != 0) {
    const StartError error = Failed(path_);
    ::unlink(path_.c_str());
    throw error;
  }
}

UnixListener::~UnixListener() { ::unlink(path_.c_str()); }

}  // namespace synsplice
