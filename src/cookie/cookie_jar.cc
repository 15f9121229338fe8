#include "synsplice/cookie/cookie_jar.h"

#include <algorithm>

#include "mac_lanes.h"

namespace synsplice {
namespace {

int MacBits(bool timestamps) { return timestamps ? kTimestampMacBits : kPlainMacBits; }
uint32_t MacMask(bool timestamps) { return (1u << MacBits(timestamps)) - 1; }

uint32_t EpochBitOf(uint32_t isn, bool timestamps) { return isn >> MacBits(timestamps) & 1; }

// The listeners of one row of lanes, as under most floods.
bool AreAlike(const uint16_t* listeners) {
  static_assert(kMacLanes * sizeof *listeners == sizeof(__m128i));
  const __m128i all = _mm_load_si128(reinterpret_cast<const __m128i*>(listeners));
  const __m128i equal = _mm_cmpeq_epi16(all, _mm_set1_epi16(static_cast<int16_t>(listeners[0])));
  return _mm_movemask_epi8(equal) == 0xffff;
}

// Milliseconds with the option bits in the low six, never in the future (rule 5).
uint32_t Tsval(uint32_t milliseconds, uint32_t timestamp_bits) {
  const uint32_t value = (milliseconds & ~(kTimestampStep - 1)) | timestamp_bits;
  return static_cast<int32_t>(value - milliseconds) > 0 ? value - kTimestampStep : value;
}

}  // namespace

CookieJar::CookieJar(const SipKey& secret, Milliseconds epoch, std::vector<CookieBinding> bindings,
                     Time start)
    : secret_(secret), epoch_length_(epoch.count()), bindings_(std::move(bindings)) {
  for (States& states : states_) states.resize(bindings_.size());
  StartAt(EpochAt(start));
}

void CookieJar::StartAt(int64_t epoch) {
  epoch_ = epoch;
  for (int64_t key = epoch - 1; key <= epoch + 2; ++key) keys_[Place(key)] = DeriveKey(key);
  for (int64_t valid = epoch - 1; valid <= epoch + 1; ++valid) {
    for (size_t listener = 0; listener < bindings_.size(); ++listener) Absorb(valid, listener);
  }
}

void CookieJar::Reserve(size_t listeners) {
  bindings_.reserve(listeners);
  for (States& states : states_) states.reserve(listeners);
}

void CookieJar::Add(const CookieBinding& binding) {
  const size_t listener = bindings_.size();
  bindings_.push_back(binding);
  for (States& states : states_) states.resize(bindings_.size());
  for (int64_t valid = epoch_ - 1; valid <= epoch_ + 1; ++valid) Absorb(valid, listener);
}

void CookieJar::UseSecret(const SipKey& secret) {
  if (secret == secret_) return;
  secret_ = secret;
  for (int64_t later = epoch_ + 1; later <= epoch_ + 2; ++later) {
    keys_[Place(later)] = DeriveKey(later);
    for (size_t listener = 0; listener < bindings_.size(); ++listener) Absorb(later, listener);
  }
}

// The next epoch's again: they were absorbed before its promises were known.
void CookieJar::PrepareNext(const Offer& promise) {
  bindings_[prepared_].promise = promise;
  Absorb(epoch_ + 1, prepared_);
  Absorb(epoch_ + 2, prepared_);
  ++prepared_;
}

void CookieJar::Advance(Time now) {
  const int64_t epoch = EpochAt(now);
  if (epoch == epoch_) return;
  if (epoch == epoch_ + 1) {
    while (prepared_ < bindings_.size()) PrepareNext(bindings_[prepared_].promise);
    epoch_ = epoch;
    keys_[Place(epoch + 2)] = DeriveKey(epoch + 2);
  } else {
    StartAt(epoch);
  }
  prepared_ = 0;
}

SipKey CookieJar::DeriveKey(int64_t epoch) const {
  uint8_t input[9];
  std::memcpy(input, &epoch, sizeof epoch);
  SipKey key;
  input[8] = 0;
  key.k0 = SipHash<2, 4>(secret_, input);
  input[8] = 1;
  key.k1 = SipHash<2, 4>(secret_, input);
  return key;
}

void CookieJar::Absorb(int64_t epoch, size_t listener) {
  const CookieBinding& binding = bindings_[listener];
  auto state = StartSipHash(keys_[Place(epoch)]);
  state.Absorb<2>(binding.listener.address.High());
  state.Absorb<2>(binding.listener.address.Low());
  state.Absorb<2>(uint64_t{binding.listener.port} | uint64_t{binding.promise.Packed()} << 16);
  states_[Place(epoch)][listener] = state;
}

// Rows are whole multiples of the lanes: behind the last cookie stands an older one's input.
void CookieJar::Bake(CookieBatch& batch) const {
  static_assert(kMaxBurst % kMacLanes == 0);
  for (size_t first = 0; first < batch.count; first += kMacLanes) {
    MacLaneInput input;
    const uint16_t* listeners = &batch.listeners[first];
    std::fill(input.states, input.states + kMacLanes, &StateOf(epoch_, listeners[0]));
    input.alike = AreAlike(listeners);
    input.others = 0;
    input.other = input.states[0];
    for (size_t lane = 0; lane < kMacLanes && !input.alike; ++lane) {
      input.states[lane] = &StateOf(epoch_, listeners[lane]);
    }
    for (size_t i = 0; i < kMacSuffixWords; ++i) input.rows[i] = &batch.words[i][first];
    MacLanes(input, std::min(kMacLanes, batch.count - first), &batch.macs[first]);
  }
}

CookieForm CookieJar::FormOf(Time now, const KeptOptions& kept) const {
  const int mac_bits = MacBits(kept.timestamps);
  const uint32_t epoch_bit = epoch_ & 1;
  const auto milliseconds = static_cast<uint32_t>(ToMilliseconds(now));
  const uint32_t tsval = kept.timestamps ? Tsval(milliseconds, kept.timestamp_bits) : 0;
  return {kept.isn_bits | epoch_bit << mac_bits, MacMask(kept.timestamps), tsval};
}

uint32_t CookieJar::RightMacs(int64_t other, const ClaimBatch& claims, size_t first) const {
  const size_t count = std::min(kMacLanes, claims.count - first);
  const SipState<uint64_t>* states[2];  // by epoch bit
  states[epoch_ & 1] = states_[Place(epoch_)].data();
  states[other & 1] = states_[Place(other)].data();
  MacLaneInput input;
  uint32_t bits = 0;
  const size_t lanes = count > kFewMacs ? kMacLanes : count;
  for (size_t lane = 0; lane < lanes; ++lane) {
    const size_t i = first + std::min(lane, count - 1);
    const uint32_t bit = EpochBitOf(claims.isns[i], claims.timestamps[i]);
    input.states[lane] = states[bit] + claims.listeners[i];
    bits |= bit << lane;
  }
  const uint32_t of_first = bits & 1;
  input.alike = lanes == kMacLanes && AreAlike(&claims.listeners[first]);
  input.others = static_cast<uint8_t>(of_first ? ~bits : bits);
  input.other = states[of_first ^ 1] + claims.listeners[first];
  for (size_t i = 0; i < kMacSuffixWords; ++i) input.rows[i] = &claims.words[i][first];
  uint64_t macs[kMacLanes];
  MacLanes(input, count, macs);
  uint32_t right = 0;
  for (size_t lane = 0; lane < count; ++lane) {
    const size_t i = first + lane;
    const auto mac = static_cast<uint32_t>(macs[lane]) ^ claims.isns[i];
    right |= uint32_t{(mac & MacMask(claims.timestamps[i])) == 0} << lane;
  }
  return right;
}

CookieJar::Verified CookieJar::VerifiedOf(Time now, const ClaimBatch& claims, size_t i) const {
  const bool recent = !claims.timestamps[i] || IsRecent(now, claims.tsecrs[i]);
  const CookieFields fields = Unpack(claims.isns[i], claims.timestamps[i], claims.tsecrs[i]);
  return {recent ? Judgement::kValid : Judgement::kExpired, fields.options, fields.epoch_bit};
}

void CookieJar::VerifyAll(Time now, const ClaimBatch& claims, std::span<Verified> verified) const {
  const Milliseconds to_turn{(epoch_ + 1) * epoch_length_ - ToMilliseconds(now)};
  for (size_t first = 0; first < claims.count; first += kMacLanes) {
    uint32_t right = RightMacs(epoch_ - 1, claims, first);
    // Another appliance's clock may have passed the turn already.
    if (to_turn <= kClockSkew) right |= RightMacs(epoch_ + 1, claims, first);
    const size_t end = std::min(claims.count, first + kMacLanes);
    for (size_t i = first; i < end; ++i, right >>= 1) {
      verified[i].judgement = Judgement::kWrong;
      if (right & 1) verified[i] = VerifiedOf(now, claims, i);
    }
  }
}

bool CookieJar::IsRecent(Time now, uint32_t tsval) const {
  const auto milliseconds = static_cast<uint32_t>(ToMilliseconds(now));
  const int64_t age = static_cast<int32_t>(milliseconds - tsval);
  return age >= -kClockSkew.count() && age < 2 * epoch_length_ + kTimestampStep;
}

}  // namespace synsplice
