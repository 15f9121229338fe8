#include "explain/hints.h"

#include <gmock/gmock.h>

#include "support/example_frames.h"

namespace synsplice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HintsTest : public ::testing::Test {
 protected:
  void Judge(Verdict verdict, uint8_t flags = test::kA, uint32_t missing = 0) {
    test::TcpFrame frame = test::ExampleFrame(false, 0);
    frame.flags = flags;
    CapturedFrame input;
    input.bytes = frame.Build();
    input.missing = missing;
    hints.OnJudged({{}, Side::kOutside, false, input, verdict, {}, {}, {}});
  }

  Hints hints;
};

TEST_F(HintsTest, NothingIsMissing) {
  Judge(Verdict::Forward());
  Judge(Verdict::Drop(Reason::kBadTcpChecksum));  // no SYN
  EXPECT_THAT(hints.Sentences({}, {"eth0"}), IsEmpty());
}

TEST_F(HintsTest, AcksWithoutACookieNameTheSession) {
  Judge(Verdict::Refuse(Reason::kCookieWrong));
  Judge(Verdict::Drop(Reason::kCookieExpired));
  Judge(Verdict::Drop(Reason::kCookieNeverSent));
  EXPECT_THAT(hints.Sentences({}, {}), ElementsAre(HasSubstr("3 ACKs without a cookie of this")));
  EXPECT_THAT(hints.Sentences({.session = true}, {}), IsEmpty());
}

TEST_F(HintsTest, DamagedSynsNameTheirRemedy) {
  Judge(Verdict::Drop(Reason::kBadTcpChecksum), test::kS);
  EXPECT_THAT(hints.Sentences({}, {}), ElementsAre(HasSubstr("1 SYN dropped for the checksum")));
  EXPECT_THAT(hints.Sentences({.fix_checksums = true}, {}), IsEmpty());
}

TEST_F(HintsTest, CutFramesSayThatTheyArePadded) {
  Judge(Verdict::Forward(), test::kA, 1);
  EXPECT_THAT(hints.Sentences({}, {}), ElementsAre(HasSubstr("1 frame cut by the snapshot")));
  EXPECT_THAT(hints.Sentences({.fix_checksums = true}, {}), IsEmpty());
}

TEST_F(HintsTest, SeveralInterfacesAreNamed) {
  EXPECT_THAT(hints.Sentences({}, {"eth0", "1"}), ElementsAre(HasSubstr("interfaces eth0, 1;")));
  EXPECT_THAT(hints.Sentences({.outside_interface = true}, {"eth0", "1"}), IsEmpty());
}

}  // namespace
}  // namespace synsplice
