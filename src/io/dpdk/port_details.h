// What the driver of a port tells beside the counters that all have.
#pragma once

#include "admin/snapshot.h"
#include "io/dpdk/port/port.h"

namespace synsplice {

// Nothing while the port is closed. For the thread that opens and closes it.
PortDetails DetailsOf(const Port& port);

}  // namespace synsplice
