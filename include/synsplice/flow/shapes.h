// How the entries of the flow's tables lie in memory, in one number each: another one as soon as a
// field moves. Part of what stamps a region.
#pragma once

#include <cstdint>

namespace synsplice {

uint64_t ShapeOfFlow();
uint64_t ShapeOfFlowNotes();
uint64_t ShapeOfHandshakeSlot();

}  // namespace synsplice
