#include "promises.h"

#include <algorithm>
#include <utility>

namespace synsplice {
namespace {

// Before anything is known: Ethernet without tunnels, and what every stack of the last twenty years
// has. ECN is promised for backends only that are known to accept it.
constexpr uint16_t kFirstMss = 1460, kFirstMssV6 = 1440;
constexpr uint8_t kFirstScale = 7;

uint16_t FirstMss(const Backend& backend) {
  return backend.endpoint.address.IsV4() ? kFirstMss : kFirstMssV6;
}

// What every host takes without being asked (RFC 9293 3.7.1): less is some path's affair.
uint16_t LowestMss(const Listener& listener) {
  return listener.endpoint.address.IsV4() ? 536 : 1220;
}

}  // namespace

// Listeners share rings: there are no more of those.
Promises::Promises(const Policy& policy) : policy_(&policy) {
  Resize(policy);
  Turn(true, Time{});
  of_epoch_[false] = of_epoch_[true];
}

void Promises::Resize(const Policy& policy) {
  backends_.resize(policy.backend_count());
  folds_.resize(policy.listener_count());
  next_.resize(policy.listener_count());
  for (auto& offers : of_epoch_) offers.resize(policy.listener_count());
}

void Promises::Reserve() {
  backends_.reserve(kMostEndpoints);
  folds_.reserve(kMostEndpoints);
  next_.reserve(kMostEndpoints);
  for (auto& offers : of_epoch_) offers.reserve(kMostEndpoints);
}

// Rings are numbered anew: what was folded is of others.
void Promises::Adopt(const Policy& policy, Time now) {
  const size_t known = next_.size();
  policy_ = &policy;
  Resize(policy);
  ++turn_;
  for (size_t id = known; id < next_.size(); ++id) {
    const auto listener = static_cast<ListenerId>(id);
    size_t steps = SIZE_MAX;
    FoldAll(policy.listener(listener), now, steps);
    const Offer offer = OfferOf(listener);
    for (auto& offers : of_epoch_) offers[id] = offer;
  }
  // What is decided of the next epoch was so under the policy before.
  ++turn_;
  prepared_ = 1;
  changed_ = 0;
}

Promises::Fold& Promises::FoldOf(const Listener& listener) {
  Fold& fold = folds_[listener.ring];
  if (fold.turn != turn_) fold = {.turn = turn_};
  return fold;
}

// Of several scales the largest one: a smaller promise would cut windows at 65535 units, a larger
// one only rounds them.
void Promises::FoldBackend(Fold& fold, BackendId id, Time begin) const {
  const Known& backend = backends_[id];
  Offer& offer = fold.offer;
  const uint8_t scale = backend.window_scale.ValueOr(0, begin);
  fold.every_one_scales &= scale != kNoScale;
  fold.scale_known |= backend.window_scale.IsKnown(begin);
  offer.mss = std::min(offer.mss, backend.mss.ValueOr(FirstMss(policy_->backend(id)), begin));
  offer.window_scale = std::max(offer.window_scale, scale);
  offer.sack &= backend.sack.ValueOr(true, begin);
  offer.timestamps &= backend.timestamps.ValueOr(true, begin);
  offer.ecn &= backend.ecn.ValueOr(false, begin);
}

// Answers whether it is done within `steps`, which it counts down.
bool Promises::FoldAll(const Listener& listener, Time begin, size_t& steps) {
  Fold& fold = FoldOf(listener);
  for (; fold.folded < listener.backends.size(); ++fold.folded, --steps) {
    if (steps == 0) return false;
    FoldBackend(fold, listener.backends[fold.folded], begin);
  }
  return true;
}

// Of a listener whose backends are folded; a removed one keeps its promise.
Offer Promises::OfferOf(ListenerId id) {
  const Listener& listener = policy_->listener(id);
  if (listener.IsRemoved()) return Current(id);
  const Fold& fold = FoldOf(listener);
  const Promise& configured = policy_->service(listener).promise;
  const bool v4 = listener.endpoint.address.IsV4();
  Offer learned = fold.offer;
  learned.mss = std::max(learned.mss, LowestMss(listener));
  if (!fold.every_one_scales) learned.window_scale = kNoScale;
  if (!fold.scale_known) learned.window_scale = kFirstScale;
  return {(v4 ? configured.mss : configured.mss_v6).value_or(learned.mss),
          configured.window_scale.value_or(learned.window_scale),
          configured.sack.value_or(learned.sack),
          configured.timestamps.value_or(learned.timestamps), configured.ecn.value_or(learned.ecn)};
}

bool Promises::Prepare(Time begin, size_t steps) {
  for (; prepared_ < policy_->listener_count(); ++prepared_) {
    const auto id = static_cast<ListenerId>(prepared_);
    if (!FoldAll(policy_->listener(id), begin, steps) || steps-- == 0) return false;
    next_[prepared_] = OfferOf(id);
    changed_ += next_[prepared_] != of_epoch_[current_][prepared_];
  }
  return true;
}

size_t Promises::Turn(bool epoch_bit, Time begin) {
  Prepare(begin, SIZE_MAX);
  of_epoch_[epoch_bit].swap(next_);
  current_ = epoch_bit;
  prepared_ = 1;
  ++turn_;
  return std::exchange(changed_, 0);
}

// An option shows only when it was asked for; the MSS is always there, as its default at least.
void Promises::Learn(BackendId backend, const Offer& asked, const Offer& answer, Time now) {
  Known& known = backends_[backend];
  if (asked.timestamps) known.latest_timestamps = answer.timestamps;
  // The others would take our cookies for wrong once they have learned another promise.
  if (policy_->config().cookie.shared_secret) return;
  known.mss.See(answer.mss, now);
  if (asked.window_scale != kNoScale) {
    known.window_scale.See(answer.window_scale, answer.window_scale == kNoScale, now);
  }
  if (asked.sack) known.sack.See(answer.sack, !answer.sack, now);
  if (asked.ecn) known.ecn.See(answer.ecn, !answer.ecn, now);
  if (asked.timestamps) known.timestamps.See(answer.timestamps, !answer.timestamps, now);
}

}  // namespace synsplice
