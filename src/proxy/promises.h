// What SYN-ACKs promise in the backends' name, and what the backends keep (rule 16).
//
// A listener's promise holds for one epoch of the cookies, which is what their epoch bit tells: it
// is what all its backends offer, smallest MSS and only options that every one has. A value that
// the configuration gives is promised as it is; the others are learned from the backends' SYN-ACKs.
// Each worker learns for itself: the SYN and the ACK of a client meet the same one.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "learned.h"
#include "synsplice/base/time.h"
#include "synsplice/proxy/policy.h"
#include "synsplice/tcp/offer.h"

namespace synsplice {

class Promises {
 public:
  // `policy` must outlive it.
  explicit Promises(const Policy& policy);

  // What the SYN-ACKs of the present epoch offer.
  const Offer& Current(ListenerId listener) const { return of_epoch_[current_][listener]; }
  // What the SYN-ACK offered whose cookie has this epoch bit.
  const Offer& Of(ListenerId listener, bool epoch_bit) const {
    return of_epoch_[epoch_bit][listener];
  }

  // An epoch begins: promises follow what was learned. Answers how many listeners' have changed.
  size_t Turn(bool epoch_bit, Time now);

  // The backend's SYN-ACK `answer` to a SYN that offered `asked`.
  void Learn(BackendId backend, const Offer& asked, const Offer& answer, Time now);

  // Whether the backend answered with timestamps when it was last asked for them.
  bool HasTimestamps(BackendId backend) const { return backends_[backend].latest_timestamps; }

 private:
  struct Known {
    LargestMss mss;
    Learned<uint8_t> window_scale;
    Learned<bool> sack, timestamps, ecn;
    bool latest_timestamps = false;
  };

  Offer LearnedOffer(const Listener& listener, Time now) const;
  Offer OfferOf(const Listener& listener, Time now) const;

  const Policy& policy_;
  std::vector<Known> backends_;                   // by BackendId
  std::array<std::vector<Offer>, 2> of_epoch_{};  // by epoch bit, then by ListenerId
  bool current_ = false;
};

}  // namespace synsplice
