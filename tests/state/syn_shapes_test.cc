// What SYNs of one shape have in common, byte by byte.
#include "state/syn_shapes.h"

#include <gtest/gtest.h>

#include "support/example_frames.h"
#include "support/tcp_frame.h"

namespace synsplice::test {
namespace {

class SynShapesTest : public ::testing::TestWithParam<bool> {
 protected:
  SynShapesTest() {
    frame_.source_mac = *ParseMac("02:00:00:00:00:0c");
    frame_.destination_mac = *ParseMac("02:00:00:00:00:0e");
    frame_.source = *ParseEndpoint(GetParam() ? "[2001:db8::1]:4000" : "198.18.0.1:4000");
    frame_.destination = *ParseEndpoint(GetParam() ? "[2001:db8::2]:80" : "198.18.0.2:80");
    frame_.flags = kS;
    frame_.options.mss = 1460;
    frame_.options.timestamps = {1, 0};
    shape_.v6 = GetParam();
    shape_.tcp = static_cast<uint8_t>(TcpOffset(frame_));
    shape_.tsval = static_cast<uint8_t>(shape_.tcp + 20 + 4 + 4);
    shape_.listener = 7;
  }
  // What is known of these bytes, with so much memory.
  const SynShape* Find(Bytes& bytes, size_t length) {
    return shapes_->Find(
        {bytes.data(), static_cast<uint32_t>(length), static_cast<uint32_t>(bytes.size())});
  }
  Bytes Known() {
    Bytes bytes = frame_.Build();
    length_ = bytes.size();
    bytes.resize(kShapeLength);
    shapes_->Remember({bytes.data(), static_cast<uint32_t>(length_), kShapeLength}, shape_);
    return bytes;
  }
  // Whether the byte belongs to the client's endpoint, its numbers, or what no answer depends on.
  bool MayDiffer(size_t at) const {
    const size_t ip = IpOffset(frame_), tcp = TcpOffset(frame_);
    const auto in = [at](size_t from, size_t length) { return at >= from && at < from + length; };
    const bool of_ip = GetParam() ? in(ip, 4) || in(ip + 7, 1) || in(ip + 8, 16)
                                  : in(ip + 1, 1) || in(ip + 4, 2) || in(ip + 8, 1) ||
                                        in(ip + 10, 2) || in(ip + 12, 4);
    return in(1, 5) || in(7, 5) || of_ip || in(tcp, 2) || in(tcp + 4, 8) || in(tcp + 14, 6) ||
           in(shape_.tsval, 8);
  }

  TcpFrame frame_;
  SynShape shape_;
  size_t length_ = 0;
  std::unique_ptr<SynShapes> shapes_ = std::make_unique<SynShapes>();
};

INSTANTIATE_TEST_SUITE_P(Family, SynShapesTest, ::testing::Bool());

TEST_P(SynShapesTest, KnowsNothingAtFirst) {
  Bytes bytes = frame_.Build();
  bytes.resize(kShapeLength);
  EXPECT_EQ(Find(bytes, bytes.size()), nullptr);
}

TEST_P(SynShapesTest, BytesThatDecideNothingMayDiffer) {
  const Bytes known = Known();
  for (size_t at = 0; at < length_; ++at) {
    Bytes bytes = known;
    bytes[at] ^= 0x01;
    const SynShape* shape = Find(bytes, length_);
    EXPECT_EQ(shape != nullptr, MayDiffer(at)) << at;
    if (shape != nullptr) {
      EXPECT_EQ(shape->listener, 7);
    }
  }
}

TEST_P(SynShapesTest, AnotherLengthIsAnotherShape) {
  Bytes bytes = Known();
  EXPECT_NE(Find(bytes, length_), nullptr);
  EXPECT_EQ(Find(bytes, length_ - 1), nullptr);
  EXPECT_EQ(Find(bytes, length_ + 1), nullptr);
}

TEST_P(SynShapesTest, WhatLiesBehindTheFrameIsNoPartOfIt) {
  Bytes bytes = Known();
  std::fill(bytes.begin() + static_cast<long>(length_), bytes.end(), uint8_t{0x55});
  EXPECT_NE(Find(bytes, length_), nullptr);
}

TEST_P(SynShapesTest, LengthsDoNotPushEachOtherOut) {
  Bytes shorter = Known();
  const size_t length = length_;
  frame_.options.scale = 7;
  for (int i = 0; i < 8; ++i) (void)Known();
  Bytes longer = Known();
  ASSERT_NE(length, length_);
  EXPECT_NE(Find(longer, length_), nullptr);
  EXPECT_NE(Find(shorter, length), nullptr);
}

TEST_P(SynShapesTest, ForgetsAll) {
  Bytes bytes = Known();
  shapes_->Forget();
  EXPECT_EQ(Find(bytes, length_), nullptr);
}

// Who never sends the same twice makes us write it down now and then only.
TEST_P(SynShapesTest, RemembersOneOfSeveral) {
  (void)Known();
  shapes_->Forget();
  int known = 0;
  for (int i = 0; i < 32; ++i) {
    Bytes bytes = Known();
    known += Find(bytes, length_) != nullptr;
    shapes_->Forget();
  }
  EXPECT_EQ(known, 4);
}

}  // namespace
}  // namespace synsplice::test
