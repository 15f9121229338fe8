// The other end of a veth pair.
#pragma once

#include <string>

namespace synsplice {

// Its name; empty: there is none in the thread's network namespace.
std::string VethPeer(unsigned interface_index);

}  // namespace synsplice
