// Every frame has one verdict, which is counted, whatever it is.
#include "synsplice/proxy/proxy.h"

#include "support/bytes.h"
#include "support/dialogue.h"
#include "support/random.h"

namespace synsplice::test {
namespace {

class WholeProxy : public DialogueTest {
 protected:
  ProxyHarness harness_{TransparentConfig()};
  Dialogue dialogue_{harness_};
};

TEST_F(WholeProxy, VerdictsAreCounted) {
  (void)harness_.Feed(Side::kOutside, dialogue_.Syn());
  TcpFrame null = dialogue_.Syn();
  null.flags = 0;
  (void)harness_.Feed(Side::kOutside, null);
  TcpFrame other = dialogue_.FromServer(kA, 0, 0);
  other.source.port = 9;
  (void)harness_.Feed(Side::kInside, other);
  EXPECT_EQ(harness_.Count(Event::kOutsideFrames), 2u);
  EXPECT_EQ(harness_.Count(Event::kInsideFrames), 1u);
  EXPECT_EQ(harness_.Count(Event::kBounced), 1u);
  EXPECT_EQ(harness_.Count(Event::kDropped), 1u);
  EXPECT_EQ(harness_.Count(Reason::kNullFlags), 1u);
  EXPECT_EQ(harness_.Count(Event::kForwarded), 1u);
}

TEST_F(WholeProxy, RandomNoiseNeverBreaksTheProxy) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  dialogue_.Splice();
  for (int i = 0; i < 50000; ++i) {
    const bool outside = random() & 1;
    const auto flags = static_cast<uint8_t>(random());
    const auto seq = static_cast<uint32_t>(random() % 20),
               ack = static_cast<uint32_t>(random() % 20);
    Bytes frame = (outside ? dialogue_.FromClient(flags, seq, ack, "noise")
                           : dialogue_.FromServer(flags, seq, ack, "noise"))
                      .Build();
    if (random() % 4) frame[14 + random() % (frame.size() - 14)] ^= static_cast<uint8_t>(random());
    (void)harness_.Feed(outside ? Side::kOutside : Side::kInside, frame);
    if (i % 64 == 0) harness_.Advance(Milliseconds(random() % 3000));
    harness_.Take(Side::kOutside);
    harness_.Take(Side::kInside);
  }
  EXPECT_LE(harness_.proxy().flow_count(), 1024u);
}

}  // namespace
}  // namespace synsplice::test
