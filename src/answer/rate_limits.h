// How fast clients may ask, and may open connections (rules 40, 41).
#pragma once

#include "state/context.h"

namespace synsplice {

inline BucketShape ShapeOf(const RateLimit& limit) {
  return {limit.rate.count, limit.rate.per, limit.burst};
}

// Whether one more is let in.
struct RateVerdict {
  Reason reason = Reason::kNone;  // why not
  Time at{};                      // when, if it is: later than now only where a limit has a queue
  bool has_own = false, has_shared = false;  // tokens that he took of either limit
};

// Takes the tokens of a SYN that would get a cookie, and of a connection whose cookie was valid.
// Who is over a limit is noted; with action log, and in mode monitor, he is counted.
RateVerdict TakeSynLimits(Context& context, const Subject& subject);
RateVerdict TakeAcceptLimits(Context& context, const Subject& subject);

// What led to no connection counts for none: its tokens go back.
void GiveAcceptLimitsBack(Context& context, const Subject& subject, const RateVerdict& taken);

// Whether those who are refused for this reason meet silence; of others who are over a limit of
// their service it is connlimit that says so.
bool RefusesSilently(const ServiceConfig& service, Reason reason);

// For an event, not for each of them, and for the list of those who are over the limit. Not of
// those who have been let in before the service began to challenge: no connection is cut by that
// (rule 39).
void NoteRefused(Context& context, const Subject& subject, const Address& network, Reason reason);

}  // namespace synsplice
