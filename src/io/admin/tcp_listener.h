// A listening TCP socket.
#pragma once

#include "io/host/descriptor.h"
#include "synsplice/base/address.h"

namespace synsplice {

// Does not block. Throws StartError with one sentence that names the endpoint.
Descriptor ListenTcp(const Endpoint& endpoint);

}  // namespace synsplice
