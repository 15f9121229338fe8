#include "signed_segments.h"

#include <algorithm>

#include "fragments.h"

namespace synsplice {

namespace {

bool HasBypass(const Context& context, const Subject& subject) {
  const ListenerId listener = subject.role.listener;
  if (listener == 0) return false;  // from a backend of NAT
  const auto& bypass = context.policy->service(context.policy->listener(listener)).signed_bypass;
  return std::ranges::any_of(
      bypass, [&](const Prefix& prefix) { return prefix.Contains(subject.key.client); });
}

// What no flow translates passes from inside as it is, or is dropped for another reason; from
// outside only a connection that the server opened, or that was noted, has numbers of its own
// (rules 27, 39).
bool WouldBeTranslated(const Subject& subject, const Flow* flow) {
  if (flow && (flow->server_opened || flow->IsNoted())) return false;
  return subject.side == Side::kOutside || (flow && !IsPlainSyn(subject.packet));
}

}  // namespace

std::optional<Verdict> OnSignedSegment(Context& context, const Subject& subject, const Flow* flow) {
  if (HasBypass(context, subject)) {
    if (subject.packet.IsFragment()) PassLaterFragments(context, subject);
    context.counters.Count(Event::kSignedBypassed);
    return Verdict::Forward();
  }
  if (!WouldBeTranslated(subject, flow)) return std::nullopt;
  return Verdict::Drop(Reason::kSignedSegment);
}

}  // namespace synsplice
