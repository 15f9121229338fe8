#include "synsplice/flow/shapes.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

// They differ between builds only when a field moves: what was written by one is read by the other.
TEST(Shapes, TellTheEntriesApart) {
  EXPECT_EQ(ShapeOfFlow(), ShapeOfFlow());
  EXPECT_NE(ShapeOfFlow(), ShapeOfFlowNotes());
  EXPECT_NE(ShapeOfFlowNotes(), ShapeOfHandshakeSlot());
  EXPECT_NE(ShapeOfFlow(), ShapeOfHandshakeSlot());
}

}  // namespace
}  // namespace synsplice
