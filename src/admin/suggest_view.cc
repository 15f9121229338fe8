#include "admin/suggest_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace synsplice {
namespace {

constexpr double kRoom = 3;
// Fewer are no limit that anybody wants.
constexpr double kLeastRate = 3, kLeastBurst = 5, kLeastConnections = 10;

// More than this the configuration does not take, of these limits.
constexpr int64_t kMost = 1'000'000;

// Of two digits, upwards: nobody has measured more.
int64_t Round(double value) {
  const double step = std::pow(10, std::max(std::floor(std::log10(std::max(value, 1.0))) - 1, 0.0));
  return std::llround(std::ceil(value / step) * step);
}

int64_t LimitOf(double usual, double least) {
  return std::min(Round(std::max(kRoom * usual, least)), kMost);
}

JsonValue RateLimitView(double rate, double burst) {
  return {{"rate", fmt::format("{}/s", LimitOf(rate, kLeastRate))},
          {"burst", LimitOf(burst, kLeastBurst)}};
}

JsonValue ThresholdView(int64_t start, int64_t end) { return {{"start", start}, {"end", end}}; }

// As pf has it, or what the service is like.
JsonValue IncompleteView(double usual) {
  return ThresholdView(std::clamp<int64_t>(Round(300 * usual), 25, 95),
                       std::clamp<int64_t>(Round(150 * usual), 12, 90));
}

// Null: not measured.
JsonValue SourceLimitView(double source) {
  return source > 0 ? RateLimitView(source, 2 * source) : JsonValue();
}

JsonValue SuggestionOf(const ServiceRisk& risk) {
  const UsualDay& day = risk.day;
  if (risk.learning || day.second < 1) return {};
  const double real = 1 - day.incomplete;
  const JsonValue connections =
      day.held >= 1 ? JsonValue({{"above", LimitOf(day.held, kLeastConnections)}}) : JsonValue();
  return {{"syn_limit", RateLimitView(day.minute, day.second)},
          {"syn_limit_per_source", SourceLimitView(day.source)},
          {"accept_limit", RateLimitView(real * day.minute, real * day.second)},
          {"accept_limit_per_source", SourceLimitView(day.source)},
          {"connlimit", connections},
          {"adaptive",
           {{"syns_per_second",
             ThresholdView(Round(kRoom * day.second), Round(kRoom / 2 * day.second))},
            {"incomplete_percent", IncompleteView(day.incomplete)},
            {"risk_percent", ThresholdView(300, 150)}}}};
}

JsonValue MeasuredOf(const ServiceRisk& risk) {
  return {{"syns_per_second", std::llround(risk.day.second)},
          {"syns_per_second_of_a_minute", std::llround(risk.day.minute)},
          {"incomplete_percent", std::llround(100 * risk.day.incomplete)},
          {"source_syns_per_second", std::llround(risk.day.source)},
          {"source_connections", std::llround(risk.day.held)}};
}

}  // namespace

JsonValue SuggestView(const Snapshot& snapshot) {
  JsonValue view = JsonValue::array();
  for (const ServiceState& service : snapshot.services) {
    if (service.removed) continue;
    view.push_back({{"service", service.name},
                    {"learning", service.risk.learning},
                    {"learned_s", service.risk.learned_s},
                    {"measured", MeasuredOf(service.risk)},
                    {"suggested", SuggestionOf(service.risk)}});
  }
  return view;
}

}  // namespace synsplice
