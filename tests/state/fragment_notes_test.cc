#include "synsplice/state/fragment_notes.h"

#include "support/dialogue.h"
#include "support/fragment_frames.h"
#include "synsplice/proxy/owner.h"

namespace synsplice::test {
namespace {

class Owners : public DialogueTest {
 protected:
  std::optional<unsigned> OwnerOfPart(Side side, const Bytes& part) {
    return OwnerOf({{7, 8}, 4}, harness_.policy(), owners_, side, part);
  }

  ProxyHarness harness_{TransparentConfig()};
  FragmentNotes owners_{{7, 8}};
};

TEST_F(Owners, LaterFragmentsGoWhereTheFirstWent) {
  for (uint16_t port = 1000; port < 1100; ++port) {
    DialogueSetup setup;
    setup.client_port = port;
    setup.v6 = port & 1;
    const Dialogue dialogue(harness_, setup);
    const TcpFrame data = dialogue.FromClient(kA, 1, 1, std::string(1000, 'd'));
    const TcpFrame answer = dialogue.FromServer(kA, 1, 1, std::string(1000, 's'));
    const auto owner = OwnerOfPart(Side::kOutside, data.Build());
    ASSERT_TRUE(owner);
    for (const Bytes& part : FragmentsOf(data, 400, port)) {
      ASSERT_EQ(OwnerOfPart(Side::kOutside, part), owner);
    }
    for (const Bytes& part : FragmentsOf(answer, 400, port)) {
      ASSERT_EQ(OwnerOfPart(Side::kInside, part), owner);
    }
  }
}

TEST_F(Owners, WithoutTheFirstNobodyOwnsThem) {
  const Dialogue dialogue(harness_);
  const TcpFrame data = dialogue.FromClient(kA, 1, 1, std::string(1000, 'd'));
  const auto parts = FragmentsOf(data, 400);
  EXPECT_EQ(OwnerOfPart(Side::kOutside, parts[1]), std::nullopt);
  EXPECT_TRUE(OwnerOfPart(Side::kOutside, parts[0]));
  EXPECT_TRUE(OwnerOfPart(Side::kOutside, parts[1]));
  EXPECT_EQ(OwnerOfPart(Side::kInside, parts[1]), std::nullopt);
  EXPECT_EQ(OwnerOfPart(Side::kOutside, FragmentsOf(data, 400, 99)[1]), std::nullopt);
}

// An id that comes again for a port of nobody's forgets where the service's went.
TEST_F(Owners, DatagramOfAnotherPortHasNone) {
  const Dialogue dialogue(harness_);
  TcpFrame data = dialogue.FromClient(kA, 1, 1, std::string(1000, 'd'));
  const auto parts = FragmentsOf(data, 400);
  EXPECT_TRUE(OwnerOfPart(Side::kOutside, parts[0]));
  data.destination.port = 22;
  EXPECT_EQ(OwnerOfPart(Side::kOutside, FragmentsOf(data, 400)[0]), std::nullopt);
  EXPECT_EQ(OwnerOfPart(Side::kOutside, parts[1]), std::nullopt);
}

TEST(FragmentNotes, KeepTheLatestValue) {
  ProxyHarness harness(TransparentConfig());
  const Dialogue dialogue(harness);
  Bytes bytes = FragmentsOf(dialogue.FromClient(kA, 1, 1, std::string(99, 'd')), 80)[0];
  FrameBuffer frame{bytes.data(), static_cast<uint32_t>(bytes.size()),
                    static_cast<uint32_t>(bytes.size())};
  const Packet packet = ParseFrame(frame);
  FragmentNotes notes({1, 2});
  EXPECT_EQ(notes.Find(packet, Side::kOutside), std::nullopt);
  for (const uint8_t value : {0, 255, 3}) {
    notes.Note(packet, Side::kOutside, value);
    EXPECT_EQ(notes.Find(packet, Side::kOutside), value);
  }
  EXPECT_EQ(notes.Find(packet, Side::kInside), std::nullopt);
  notes.Note(packet, Side::kOutside, std::nullopt);
  EXPECT_EQ(notes.Find(packet, Side::kOutside), std::nullopt);
}

}  // namespace
}  // namespace synsplice::test
