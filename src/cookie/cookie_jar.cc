#include "synsplice/cookie/cookie_jar.h"

#include <algorithm>

#include "mac_lanes.h"

namespace synsplice {
namespace {

// Bytes of prefix and suffix, for the last word's length byte: three words and four less one.
constexpr uint64_t kMacLength = 55;

struct Suffix {
  uint64_t words[kMacSuffixWords];
};

Suffix SuffixOf(const CookieTuple& tuple, const KeptOptions& kept) {
  const uint64_t option_bits = kept.mac_bits;
  return {{tuple.client.High(), tuple.client.Low(),
           uint64_t{tuple.client_port} | uint64_t{tuple.packed_vids} << 16 | option_bits << 40,
           uint64_t{tuple.isn_c} | kMacLength << 56}};
}

uint32_t Truncate(uint64_t mac, bool timestamps) {
  const int bits = timestamps ? kTimestampMacBits : kPlainMacBits;
  return static_cast<uint32_t>(mac) & ((1u << bits) - 1);
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

void CookieJar::BakeLanes(Time now, std::span<const CookieRequest> requests,
                          std::span<Cookie> cookies) const {
  MacLaneInput input;
  if (requests.size() < kMacLanes) input = MacLaneInput{};
  input.states[0] = &StateOf(epoch_, requests[0].tuple.listener);
  std::fill(input.states + 1, input.states + kMacLanes, input.states[0]);
  input.one_state = true;
  KeptOptions kept[kMacLanes];
  uint64_t macs[kMacLanes];
  for (size_t lane = 0; lane < requests.size(); ++lane) {
    const CookieTuple& tuple = requests[lane].tuple;
    kept[lane] = Keep(requests[lane].options);
    input.states[lane] = &StateOf(epoch_, tuple.listener);
    input.one_state &= input.states[lane] == input.states[0];
    const Suffix suffix = SuffixOf(tuple, kept[lane]);
    for (size_t i = 0; i < kMacSuffixWords; ++i) input.words[i][lane] = suffix.words[i];
  }
  MacLanes(input, macs);
  const auto milliseconds = static_cast<uint32_t>(ToMilliseconds(now));
  const uint32_t epoch_bit = epoch_ & 1;
  for (size_t lane = 0; lane < requests.size(); ++lane) {
    const bool timestamps = kept[lane].timestamps;
    cookies[lane].isn = kept[lane].isn_bits |
                        epoch_bit << (timestamps ? kTimestampMacBits : kPlainMacBits) |
                        Truncate(macs[lane], timestamps);
    cookies[lane].tsval = timestamps ? Tsval(milliseconds, kept[lane].timestamp_bits) : 0;
  }
}

void CookieJar::Bake(Time now, std::span<const CookieRequest> requests,
                     std::span<Cookie> cookies) const {
  for (size_t first = 0; first < requests.size(); first += kMacLanes) {
    const size_t count = std::min(kMacLanes, requests.size() - first);
    BakeLanes(now, requests.subspan(first, count), cookies.subspan(first, count));
  }
}

uint32_t CookieJar::Mac(int64_t epoch, const CookieTuple& tuple, const Offer& options) const {
  SipState<uint64_t> state = StateOf(epoch, tuple.listener);
  for (const uint64_t word : SuffixOf(tuple, Keep(options)).words) state.Absorb<2>(word);
  uint64_t mac;
  state.Finish<4>(mac);
  return Truncate(mac, options.timestamps);
}

bool CookieJar::MacMatches(Time now, const CookieTuple& tuple, const CookieFields& fields) const {
  const bool this_epoch = ((epoch_ & 1) != 0) == fields.epoch_bit;
  const int64_t epoch = this_epoch ? epoch_ : epoch_ - 1;
  if (Mac(epoch, tuple, fields.options) == fields.mac) return true;
  // Another appliance's clock may have passed the turn already.
  const Milliseconds to_turn{(epoch_ + 1) * epoch_length_ - ToMilliseconds(now)};
  return !this_epoch && to_turn <= kClockSkew &&
         Mac(epoch_ + 1, tuple, fields.options) == fields.mac;
}

bool CookieJar::IsRecent(Time now, uint32_t tsval) const {
  const auto milliseconds = static_cast<uint32_t>(ToMilliseconds(now));
  const int64_t age = static_cast<int32_t>(milliseconds - tsval);
  return age >= -kClockSkew.count() && age < 2 * epoch_length_ + kTimestampStep;
}

CookieJar::Verified CookieJar::Verify(Time now, const CookieTuple& tuple, uint32_t isn,
                                      std::optional<uint32_t> tsecr) const {
  const CookieFields fields = Unpack(isn, tsecr.has_value(), tsecr.value_or(0));
  if (!MacMatches(now, tuple, fields)) return {};
  if (tsecr && !IsRecent(now, *tsecr)) return {Judgement::kExpired, {}, false};
  return {Judgement::kValid, fields.options, fields.epoch_bit};
}

}  // namespace synsplice
