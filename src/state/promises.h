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
#include "synsplice/policy/policy.h"
#include "synsplice/tcp/offer.h"

namespace synsplice {

class Promises {
 public:
  // `policy` must outlive it.
  explicit Promises(const Policy& policy);

  // Goes on with `policy`: new listeners promise at once, the others what they do until the epoch
  // turns. What is known of a backend stays.
  void Adopt(const Policy& policy, Time now);
  void Reserve();

  // What the SYN-ACKs of the present epoch offer.
  const Offer& Current(ListenerId listener) const { return of_epoch_[current_][listener]; }
  // What the SYN-ACK offered whose cookie has this epoch bit.
  const Offer& Of(ListenerId listener, bool epoch_bit) const {
    return of_epoch_[epoch_bit][listener];
  }

  // Decides what the epoch that starts at `begin` promises, from what is learned now: for one
  // listener after the other, in `steps` steps at most, each a listener or a backend. Answers
  // whether all are decided.
  bool Prepare(Time begin, size_t steps);
  size_t prepared() const { return prepared_; }  // the first ListenerId that is not decided
  // REQUIRES: listener < prepared().
  const Offer& Next(ListenerId listener) const { return next_[listener]; }

  // The epoch starts; what is not decided is decided now. Answers how many listeners' promises have
  // changed.
  size_t Turn(bool epoch_bit, Time begin);

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

  // What all backends of a list offer, so far; listeners with the same list share it.
  struct Fold {
    uint64_t turn = 0;  // of another turn: not begun
    size_t folded = 0;  // so many of the list
    Offer offer{UINT16_MAX, 0, true, true, true};
    bool every_one_scales = true, scale_known = false;
  };

  Fold& FoldOf(const Listener& listener);
  void FoldBackend(Fold& fold, BackendId id, Time begin) const;
  bool FoldAll(const Listener& listener, Time begin, size_t& steps);
  Offer OfferOf(ListenerId id);

  void Resize(const Policy& policy);

  const Policy* policy_;
  std::vector<Known> backends_;                 // by BackendId
  std::vector<Fold> folds_;                     // by Listener::ring
  std::vector<Offer> next_;                     // by ListenerId
  size_t prepared_ = 1;                         // ids start at 1
  size_t changed_ = 0;                          // of those prepared
  uint64_t turn_ = 1;                           // the one that is prepared
  std::array<std::vector<Offer>, 2> of_epoch_;  // by epoch bit, then by ListenerId
  bool current_ = false;
};

}  // namespace synsplice
