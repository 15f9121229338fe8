// Who stands behind a connection to a Unix socket, and what he may do.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <optional>
#include <string>

#include "admin/api_request.h"

namespace synsplice {

class Peers {
 public:
  // Root and our own user may do everything, the members of group `operators` operate; empty:
  // nobody else.
  // Throws StartError when there is no such group.
  explicit Peers(const std::string& operators = {});

  // Fills role and name by what the kernel says of the other process (unix(7), SO_PEERCRED).
  void Identify(int connection, ApiRequest& request) const;

 private:
  Role RoleOf(int connection, const ucred& peer) const;

  std::optional<gid_t> operators_;
};

}  // namespace synsplice
