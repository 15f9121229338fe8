#include "promises.h"

#include <algorithm>

namespace synsplice {
namespace {

// Before anything is known: Ethernet without tunnels, and what every stack of the last twenty years
// has. ECN is promised for backends only that are known to accept it.
constexpr uint16_t kFirstMss = 1460, kFirstMssV6 = 1440;
constexpr uint8_t kFirstScale = 7;

uint16_t FirstMss(const Listener& listener) {
  return listener.endpoint.address.IsV4() ? kFirstMss : kFirstMssV6;
}

// What every host takes without being asked (RFC 9293 3.7.1): less is some path's affair.
uint16_t LowestMss(const Listener& listener) {
  return listener.endpoint.address.IsV4() ? 536 : 1220;
}

}  // namespace

Promises::Promises(const Policy& policy) : policy_(policy), backends_(policy.backend_count()) {
  for (std::vector<Offer>& offers : of_epoch_) {
    offers.resize(policy.listener_count());
    for (size_t id = 1; id < offers.size(); ++id) {
      offers[id] = OfferOf(policy.listener(static_cast<ListenerId>(id)), Time{});
    }
  }
}

// Of several scales the largest one: a smaller promise would cut windows at 65535 units, a larger
// one only rounds them.
Offer Promises::LearnedOffer(const Listener& listener, Time now) const {
  Offer offer{UINT16_MAX, 0, true, true, true};
  bool every_one_scales = true, scale_known = false;
  for (const BackendId id : listener.backends) {
    const Known& backend = backends_[id];
    const uint8_t scale = backend.window_scale.ValueOr(0, now);
    every_one_scales &= scale != kNoScale;
    scale_known |= backend.window_scale.IsKnown(now);
    offer.mss = std::min(offer.mss, backend.mss.ValueOr(FirstMss(listener), now));
    offer.window_scale = std::max(offer.window_scale, scale);
    offer.sack &= backend.sack.ValueOr(true, now);
    offer.timestamps &= backend.timestamps.ValueOr(true, now);
    offer.ecn &= backend.ecn.ValueOr(false, now);
  }
  offer.mss = std::max(offer.mss, LowestMss(listener));
  if (!every_one_scales) offer.window_scale = kNoScale;
  if (!scale_known) offer.window_scale = kFirstScale;
  return offer;
}

Offer Promises::OfferOf(const Listener& listener, Time now) const {
  const Promise& configured = policy_.service(listener).promise;
  const Offer learned = LearnedOffer(listener, now);
  const bool v4 = listener.endpoint.address.IsV4();
  return {(v4 ? configured.mss : configured.mss_v6).value_or(learned.mss),
          configured.window_scale.value_or(learned.window_scale),
          configured.sack.value_or(learned.sack),
          configured.timestamps.value_or(learned.timestamps), configured.ecn.value_or(learned.ecn)};
}

size_t Promises::Turn(bool epoch_bit, Time now) {
  size_t changed = 0;
  for (size_t id = 1; id < policy_.listener_count(); ++id) {
    const Offer offer = OfferOf(policy_.listener(static_cast<ListenerId>(id)), now);
    changed += offer != of_epoch_[current_][id];
    of_epoch_[epoch_bit][id] = offer;
  }
  current_ = epoch_bit;
  return changed;
}

// An option shows only when it was asked for; the MSS is always there, as its default at least.
void Promises::Learn(BackendId backend, const Offer& asked, const Offer& answer, Time now) {
  Known& known = backends_[backend];
  if (asked.timestamps) known.latest_timestamps = answer.timestamps;
  // The others would take our cookies for wrong once they have learned another promise.
  if (policy_.config().cookie.shared_secret) return;
  known.mss.See(answer.mss, now);
  if (asked.window_scale != kNoScale) {
    known.window_scale.See(answer.window_scale, answer.window_scale == kNoScale, now);
  }
  if (asked.sack) known.sack.See(answer.sack, !answer.sack, now);
  if (asked.ecn) known.ecn.See(answer.ecn, !answer.ecn, now);
  if (asked.timestamps) known.timestamps.See(answer.timestamps, !answer.timestamps, now);
}

}  // namespace synsplice
