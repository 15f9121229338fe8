#include "validate_limits.h"

namespace synsplice {
namespace {

// A bucket counts in parts of milliseconds: a burst of years would not fit.
constexpr Seconds kLongestBurst = std::chrono::days(30);

// What does not differ between kinds of limits. False: there is no limit.
bool ValidateRate(const RateLimit& limit, bool is_default, const std::string& key,
                  const FailAt& fail) {
  if (limit.rate.count == 0) {
    if (!is_default) fail(key + ".rate", "is 0: without a rate there is no limit");
    return false;
  }
  if (limit.burst == 0) fail(key + ".burst", "is 0: nobody would ever be let in");
  if (limit.rate.per * limit.burst / limit.rate.count > kLongestBurst) {
    fail(key + ".burst", "takes more than 30 days to fill again at this rate");
  }
  return true;
}

void ValidateSource(const SourceRateLimit& limit, const std::string& key, const FailAt& fail) {
  if (!ValidateRate(limit, limit == SourceRateLimit{}, key, fail)) return;
  if (limit.prefix_length_v4 > 32) fail(key + ".prefix_v4", "above 32");
  if (limit.prefix_length_v6 > 128) fail(key + ".prefix_v6", "above 128");
  if (!limit.overload.empty() && limit.action == RateLimit::Action::kLog) {
    fail(key + ".overload", "does not go with action 'log', which changes nothing");
  }
}

}  // namespace

void ValidateLimits(const ServiceConfig& service, const FailAt& fail) {
  ValidateRate(service.syn_limit, service.syn_limit == RateLimit{}, "syn_limit", fail);
  ValidateSource(service.syn_limit_per_source, "syn_limit_per_source", fail);
  if (!service.syn_limit_per_source.overload.empty()) {
    fail("syn_limit_per_source.overload",
         "SYNs can be sent in anybody's name, who would be banned for them: "
         "accept_limit_per_source and connlimit can have it");
  }
  const AcceptLimit& accept = service.accept_limit;
  const bool limited = ValidateRate(accept, accept == AcceptLimit{}, "accept_limit", fail);
  if (limited && accept.queue > Milliseconds(0) && accept.action == RateLimit::Action::kLog) {
    fail("accept_limit.queue", "does not go with action 'log': nobody is made to wait");
  }
  ValidateSource(service.accept_limit_per_source, "accept_limit_per_source", fail);
}

}  // namespace synsplice
