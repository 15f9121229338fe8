// The stateless half: SYNs become cookie SYN-ACKs, ACKs are judged (rules 1-8).
#pragma once

#include <optional>
#include <span>

#include "context.h"

namespace synsplice {

// Why no answer goes to this frame's sender, kNone if one may (rule 1).
Reason JudgeOrigin(const Packet& packet);
// Why this combination of flags means nothing, kNone if it does.
Reason JudgeFlags(uint8_t flags);

// Bakes the cookies of all plain SYNs of a burst together.
void BakeCookies(Context& context, std::span<Subject> subjects);

// A plain SYN becomes its SYN-ACK.
Verdict AnswerSyn(Context& context, Subject& subject);

// A cookie that came back.
struct ReturnedCookie {
  Offer options;
  bool epoch_bit = false;  // of the promise that the client saw
  uint32_t isn_c = 0;
  uint32_t isn_p = 0;
};
// The judgement of an ACK's cookie: valid, or why not.
struct CookieVerdict {
  Reason reason = Reason::kCookieWrong;
  ReturnedCookie cookie;  // when reason is kNone
};
CookieVerdict VerifyCookie(Context& context, const Subject& subject);

// What an ACK without a valid cookie gets: RST or silence (rule 7).
Verdict AnswerWrongCookie(Context& context, const Subject& subject, Reason reason);

}  // namespace synsplice
