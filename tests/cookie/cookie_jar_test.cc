#include "synsplice/cookie/cookie_jar.h"

#include <algorithm>

#include "cookie/jar_fixture.h"

namespace synsplice::test {
namespace {

using enum CookieJar::Judgement;

TEST_F(JarTest, EveryOptionCombinationComesBack) {
  for (const uint16_t mss : kMssTable) {
    for (uint8_t scale = 0; scale <= 15; ++scale) {
      for (int bits = 0; bits < 8; ++bits) {
        const bool timestamps = bits & 2;
        const Offer options{mss, scale, (bits & 1) != 0, timestamps, (bits & 4) != 0};
        const Cookie cookie = Bake(kJarStart, Tuple(), options);
        const auto verified = Verify(kJarStart, Tuple(), cookie, timestamps);
        ASSERT_EQ(verified.judgement, kValid);
        ASSERT_EQ(verified.options, Rounded(options));
      }
    }
  }
}

// Lanes must not depend on their neighbours or on the size of the burst.
TEST_F(JarTest, BurstsOfEverySize) {
  for (size_t size = 1; size <= 19; ++size) {
    const auto tuple_of = [](size_t i) {
      CookieTuple tuple = Tuple();
      tuple.listener = 1 + i % 2;
      tuple.isn_c += static_cast<uint32_t>(i);
      return tuple;
    };
    CookieBatch batch;
    for (size_t i = 0; i < size; ++i) batch.Add(tuple_of(i), Keep(Options(i % 2 != 0)));
    jar_.Bake(batch);
    for (size_t i = 0; i < size; ++i) {
      const Cookie alone = Bake(kJarStart, tuple_of(i), Options(i % 2 != 0));
      const CookieForm form = jar_.FormOf(kJarStart, Keep(Options(i % 2 != 0)));
      ASSERT_EQ(form.IsnOf(batch.macs[i]), alone.isn);
      ASSERT_EQ(form.tsval, alone.tsval);
    }
  }
}

// Nor must claims, of both epochs and of several listeners side by side.
TEST_F(JarTest, ClaimsOfEveryMixture) {
  std::vector<CookieClaim> made;
  for (const int64_t epoch : {3, 4}) {
    for (uint32_t i = 0; i < 4; ++i) {
      CookieTuple tuple = Tuple();
      tuple.listener = static_cast<uint16_t>(1 + i % 2);
      tuple.isn_c = i;
      const Cookie cookie = Bake(EpochStart(epoch), tuple, Options(i / 2));
      made.push_back({tuple, cookie.isn, i / 2 ? std::optional(cookie.tsval) : std::nullopt});
    }
  }
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 1000; ++round) {
    const size_t some = random() % made.size(), same = random() % made.size();  // in all of them
    ClaimBatch batch{};
    std::vector<bool> right;
    for (size_t size = 1 + random() % 19; batch.count < size;) {
      CookieClaim claim = made[(random() & ~same & 7) | (some & same)];
      right.push_back(random() % 4 != 0);
      if (!right.back()) ++claim.tuple.client_port;
      batch.Add(claim);
    }
    std::array<CookieJar::Verified, kMaxBurst> verified;
    jar_.VerifyAll(EpochStart(4), batch, verified);
    for (size_t i = 0; i < batch.count; ++i) {
      ASSERT_EQ(verified[i].judgement, right[i] ? kValid : kWrong) << round << ' ' << i;
    }
  }
}

TEST_F(JarTest, EveryFlippedBitOfTheIsnIsRejected) {
  for (const bool timestamps : {false, true}) {
    const Cookie cookie = Bake(kJarStart, Tuple(), Options(timestamps));
    for (int bit = 0; bit < 32; ++bit) {
      Cookie flipped = cookie;
      flipped.isn ^= 1u << bit;
      EXPECT_EQ(Verify(kJarStart, Tuple(), flipped, timestamps).judgement, kWrong) << bit;
    }
  }
}

TEST_F(JarTest, EveryFlippedOptionBitOfTheTsvalIsRejected) {
  const Cookie cookie = Bake(kJarStart, Tuple(), Options(true));
  for (int bit = 0; bit < 6; ++bit) {
    Cookie flipped = cookie;
    flipped.tsval ^= 1u << bit;
    EXPECT_EQ(Verify(kJarStart, Tuple(), flipped, true).judgement, kWrong) << bit;
  }
}

void ExpectRejected(CookieJar& jar, const CookieTuple& tuple, const Cookie& cookie,
                    bool timestamps) {
  const auto tsecr = timestamps ? std::optional(cookie.tsval) : std::nullopt;
  EXPECT_EQ(jar.Verify(kJarStart, {tuple, cookie.isn, tsecr}).judgement, kWrong);
}

TEST_F(JarTest, EveryFlippedBitOfTheTupleIsRejected) {
  for (const bool timestamps : {false, true}) {
    const Cookie cookie = Bake(kJarStart, Tuple(), Options(timestamps));
    for (int bit = 0; bit < 32; ++bit) {
      CookieTuple tuple = Tuple();
      tuple.isn_c ^= 1u << bit;
      ExpectRejected(jar_, tuple, cookie, timestamps);
    }
    for (int bit = 0; bit < 128; ++bit) {
      CookieTuple tuple = Tuple();
      (bit < 64 ? tuple.client.high : tuple.client.low) ^= uint64_t{1} << bit % 64;
      ExpectRejected(jar_, tuple, cookie, timestamps);
    }
    for (int bit = 0; bit < 16; ++bit) {
      CookieTuple tuple = Tuple();
      tuple.client_port ^= static_cast<uint16_t>(1 << bit);
      ExpectRejected(jar_, tuple, cookie, timestamps);
    }
    for (int bit = 0; bit < 24; ++bit) {
      CookieTuple tuple = Tuple();
      tuple.packed_vids ^= 1u << bit;
      ExpectRejected(jar_, tuple, cookie, timestamps);
    }
    CookieTuple tuple = Tuple();
    tuple.listener = 2;
    ExpectRejected(jar_, tuple, cookie, timestamps);
  }
}

// Kernel SYNPROXY's defect: the recovery ACK (seq = ISN) decodes with another MSS (rule 3).
TEST_F(JarTest, NeighbouringIsnDoesNotDecode) {
  for (const bool timestamps : {false, true}) {
    const Cookie cookie = Bake(kJarStart, Tuple(), Options(timestamps));
    for (int shift = -3; shift <= 3; ++shift) {
      for (int linear = -3; linear <= 3; ++linear) {
        if (shift == 0 && linear == 0) continue;
        CookieTuple tuple = Tuple();
        tuple.isn_c += static_cast<uint32_t>(shift);
        Cookie shifted = cookie;
        shifted.isn += static_cast<uint32_t>(linear);
        ExpectRejected(jar_, tuple, shifted, timestamps);
      }
    }
  }
}

// The presence of the option names the form, and the MAC covers it.
TEST_F(JarTest, FormsDoNotMix) {
  for (const bool timestamps : {false, true}) {
    const Cookie cookie = Bake(kJarStart, Tuple(), Options(timestamps));
    EXPECT_EQ(Verify(kJarStart, Tuple(), cookie, !timestamps).judgement, kWrong);
  }
}

// What P promised is part of the MAC input (rule 16).
TEST_F(JarTest, AnotherPromiseOrSecretIsRejected) {
  const Cookie cookie = Bake(kJarStart, Tuple(), Options(true));
  auto bindings = Bindings();
  bindings[1].promise.mss ^= 1;
  const SipKey secret{0x0123456789abcdef, 0xfedcba9876543210};
  CookieJar other_promise(secret, kEpoch, bindings, kJarStart);
  ExpectRejected(other_promise, Tuple(), cookie, true);
  CookieJar other_secret({secret.k0, secret.k1 ^ 1}, kEpoch, Bindings(), kJarStart);
  ExpectRejected(other_secret, Tuple(), cookie, true);
}

TEST_F(JarTest, SharedSecretAcceptsEachOthersCookies) {
  CookieJar other({0x0123456789abcdef, 0xfedcba9876543210}, kEpoch, Bindings(),
                  kJarStart - 10 * kEpoch);
  other.Advance(kJarStart);
  const Cookie cookie = Bake(kJarStart, Tuple(), Options(false));
  EXPECT_EQ(other.Verify(kJarStart, {Tuple(), cookie.isn, std::nullopt}).judgement, kValid);
}

// Blind guesses: one MAC of 24 bits per candidate.
TEST_F(JarTest, RandomGuessesFail) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  int accepted = 0;
  for (int i = 0; i < 200000; ++i) {
    const auto isn = static_cast<uint32_t>(random());
    accepted += jar_.Verify(kJarStart, {Tuple(), isn, std::nullopt}).judgement == kValid;
  }
  EXPECT_LE(accepted, 1) << "expected 200000 * 2^-24 = 0.01";
}

}  // namespace
}  // namespace synsplice::test
