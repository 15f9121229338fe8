// Who stands behind a connection to a Unix socket, and what he may do.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "admin/api_request.h"

namespace synsplice {

class Peers {
 public:
  // The members of group `operators` may operate, besides root and our own user; empty: nobody.
  // Throws StartError when there is no such group.
  explicit Peers(const std::string& operators = {});

  // Fills role and name by what the kernel says of the other process (unix(7), SO_PEERCRED).
  void Identify(int connection, ApiRequest& request) const;

 private:
  bool MayOperate(int connection, uid_t user, gid_t group) const;

  std::optional<gid_t> operators_;
};

}  // namespace synsplice
