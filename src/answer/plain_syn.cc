#include "plain_syn.h"

#include "cookie_answer.h"
#include "synsplice/wire/glance.h"

namespace synsplice {
namespace {

constexpr uint64_t kLow = 0xffffffffu;

[[gnu::always_inline]] inline uint64_t Halves(uint64_t word) {
  return (word & kLow) + (word >> 32);
}

// Whether what the words add up to is minus zero of one's complement: nothing was damaged.
// REQUIRES: not all of them were zero.
[[gnu::always_inline]] inline bool IsMinusZero(uint64_t sum) { return sum % 0xffff == 0; }

typedef uint64_t Lanes __attribute__((vector_size(16)));

// Of 32-bit words; `length` is a multiple of four, up to 124.
[[gnu::always_inline]] inline uint64_t SumOfWords(const uint8_t* from, uint32_t length) {
  Lanes low{}, high{};
  const uint8_t* const end = from + (length & ~15u);
  for (; from != end; from += sizeof(Lanes)) {
    const Lanes words = NativeAt<Lanes>(from);
    low += words & kLow;
    high += words >> 32;
  }
  low += high;
  uint64_t sum = low[0] + low[1];
  if (length & 8) sum += Halves(NativeAt<uint64_t>(from)), from += 8;
  if (length & 4) sum += NativeAt<uint32_t>(from);
  return sum;
}

// Both checksums: the addresses stand in front of TCP, as in its pseudo-header.
template <bool kV6>
bool SumsAreRight(const Glance& glance) {
  const uint8_t* ip = glance.ip;
  if (!kV6) {
    const uint64_t sum = Halves(NativeAt<uint64_t>(ip)) + NativeAt<uint32_t>(ip + 8) +
                         Halves(NativeAt<uint64_t>(ip + 12));
    if (!IsMinusZero(sum)) return false;
  }
  constexpr uint32_t kAddresses = 2 * AddressLength(kV6);
  const uint64_t pseudo =
      __builtin_bswap32(kProtocolTcp) + uint64_t{__builtin_bswap32(glance.segment_length)};
  return IsMinusZero(SumOfWords(ip + SourceOffset(kV6), kAddresses + glance.segment_length) +
                     pseudo);
}

template <bool kV6>
bool Take(Context& context, const Glance& glance) {
  const Address server = Address::FromWire(glance.ip + DestinationOffset(kV6), kV6);
  const Policy::Role role = context.policy.Find({server, LoadBe16(glance.tcp + 2)});
  if (role.listener == 0) return false;
  TcpOptions options;
  if (!ParseCommonOptions(glance.tcp, glance.header_length, options)) return false;
  SynBatch& batch = context.syns;
  const size_t index = batch.count;
  const Address client = Address::FromWire(glance.ip + SourceOffset(kV6), kV6);
  if (IsImpossibleSource(client) || client == server || (kV6 && client.IsV4()) ||
      !SumsAreRight<kV6>(glance)) {
    return false;
  }
  CookieTuple& tuple = batch.requests[index].tuple;
  tuple.client = client;
  tuple.client_port = LoadBe16(glance.tcp);
  tuple.listener = role.listener;
  tuple.packed_vids = 0;
  tuple.isn_c = LoadBe32(glance.tcp + 4);
  const Offer& promise = context.promises.Current(role.listener);
  const bool timestamps = (options.timestamps_offset != 0) & promise.timestamps;
  const bool ecn = (glance.flags() & (kEce | kCwr)) == (kEce | kCwr) && (glance.tcp[12] & 1) == 0;
  Offer& kept = batch.requests[index].options;
  kept.mss = options.mss != 0 ? options.mss : kV6 ? 1220 : 536;
  kept.window_scale = promise.window_scale != kNoScale ? options.window_scale : kNoScale;
  kept.sack = options.sack_permitted & promise.sack;
  kept.timestamps = timestamps;
  kept.ecn = timestamps & ecn;
  batch.tsvals[index] = timestamps ? LoadBe32(glance.tcp + options.timestamps_offset + 2) : 0;
  batch.hop_limits[index] = glance.ip[kV6 ? 7 : 8];
  const uint16_t group = context.policy.listener(role.listener).group;
  const FlowTable::Hash hash = context.flows.HashOf({client, tuple.client_port, 0, group});
  batch.hashes[index] = hash;
  context.flows.Prefetch(hash);
  ++batch.count;
  return true;
}

bool TakeOne(Context& context, const FrameBuffer& frame) {
  Glance glance;
  if (frame.capacity < kMaxComposedLength) return false;
  if (!TakeGlance(frame, glance) || glance.payload_length() != 0) return false;
  if ((glance.flags() & (kSyn | kAck | kRst | kFin)) != kSyn) return false;
  if ((frame.data[0] | frame.data[6]) & 1) return false;
  return glance.v6 ? Take<true>(context, glance) : Take<false>(context, glance);
}

[[gnu::always_inline]] inline void TakeAll(Context& context, std::span<const FrameBuffer> frames,
                                           uint8_t* syn_of) {
  for (size_t i = 0; i < frames.size(); ++i) {
    const bool taken = TakeOne(context, frames[i]);
    syn_of[i] = taken ? static_cast<uint8_t>(context.syns.count - 1) : kNoSyn;
  }
}

bool AnswerOne(Context& context, FrameBuffer& frame, size_t index, Verdict& verdict) {
  if (context.flows.MayHold(context.syns.hashes[index])) return false;
  const CookieTuple& tuple = context.syns.requests[index].tuple;
  const Listener& listener = context.policy.listener(tuple.listener);
  if (!MayAnswerSyn(context, listener, PrefixOf(tuple.client))) return false;
  verdict = SendSynAck(context, frame, kEthernetLength, index);
  return true;
}

[[gnu::always_inline]] inline size_t AnswerRun(Context& context, std::span<FrameBuffer> frames,
                                               const uint8_t* syn_of, Verdict* verdicts) {
  size_t i = 0;
  for (; i < frames.size() && syn_of[i] != kNoSyn; ++i) {
    if (!AnswerOne(context, frames[i], syn_of[i], verdicts[i])) break;
  }
  context.counters.Count(Event::kBounced, i);
  context.counters.Count(Event::kCookiesSent, i);
  return i;
}

struct Code {
  void (*take)(Context&, std::span<const FrameBuffer>, uint8_t*);
  size_t (*answer)(Context&, std::span<FrameBuffer>, const uint8_t*, Verdict*);
};

#define SYNSPLICE_CODE(name, ...)                                                    \
  __VA_ARGS__ void Take##name(Context& context, std::span<const FrameBuffer> frames, \
                              uint8_t* syn_of) {                                     \
    TakeAll(context, frames, syn_of);                                                \
  }                                                                                  \
  __VA_ARGS__ size_t Answer##name(Context& context, std::span<FrameBuffer> frames,   \
                                  const uint8_t* syn_of, Verdict* verdicts) {        \
    return AnswerRun(context, frames, syn_of, verdicts);                             \
  }
SYNSPLICE_CODE(Baseline, [[gnu::flatten]])
SYNSPLICE_CODE(V3, [[gnu::flatten, gnu::target("arch=x86-64-v3")]])

const Code kCode = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")
                       ? Code{TakeV3, AnswerV3}
                       : Code{TakeBaseline, AnswerBaseline};

}  // namespace

void TakePlainSyns(Context& context, std::span<const FrameBuffer> frames, uint8_t* syn_of) {
  kCode.take(context, frames, syn_of);
}

size_t AnswerPlainSyns(Context& context, std::span<FrameBuffer> frames, const uint8_t* syn_of,
                       Verdict* verdicts) {
  return kCode.answer(context, frames, syn_of, verdicts);
}

}  // namespace synsplice
