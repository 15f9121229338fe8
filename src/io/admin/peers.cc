#include "io/admin/peers.h"

#include <fmt/format.h>
#include <grp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "io/host/start_error.h"

namespace synsplice {
namespace {

std::optional<gid_t> GroupOf(const std::string& name) {
  if (name.empty()) return std::nullopt;
  const group* entry = ::getgrnam(name.c_str());
  if (entry == nullptr) throw StartError(fmt::format("admin.operators: no group {}", name));
  return entry->gr_gid;
}

// Those that the process has besides its own. As many as a Linux process may have are 65 536; who
// has more than fit here is a member of none.
bool HasGroup(int connection, gid_t wanted) {
  std::array<gid_t, 1024> groups;
  socklen_t length = sizeof groups;
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &length) != 0)
    return false;
  const size_t count = length / sizeof groups[0];
  return std::count(groups.begin(), groups.begin() + count, wanted) != 0;
}

}  // namespace

Peers::Peers(const std::string& operators) : operators_(GroupOf(operators)) {}

Role Peers::RoleOf(int connection, const ucred& peer) const {
  if (peer.uid == 0 || peer.uid == ::geteuid()) return Role::kAdmin;
  const bool operates =
      operators_ && (peer.gid == *operators_ || HasGroup(connection, *operators_));
  return operates ? Role::kOperate : Role::kRead;
}

void Peers::Identify(int connection, ApiRequest& request) const {
  ucred peer{};
  socklen_t length = sizeof peer;
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return;
  request.who = fmt::format("user {} (process {})", peer.uid, peer.pid);
  request.role = RoleOf(connection, peer);
}

}  // namespace synsplice
