#include "admin/risk_view.h"

#include <cmath>

namespace synsplice {
namespace {

int64_t Whole(double value) { return std::llround(value); }

int64_t PercentOf(double share) { return Whole(100 * share); }

JsonValue WindowView(const WindowRisk& window) {
  return {{"syns_per_second", Whole(window.syns)},
          {"incomplete_per_second", Whole(window.incomplete)},
          {"usual_syns_per_second", Whole(window.usual_syns)},
          {"usual_incomplete_per_second", Whole(window.usual_incomplete)},
          {"risk_percent", window.percent}};
}

}  // namespace

std::string SourceText(const Prefix& source) {
  return source.address.IsV4() && source.length == 32 ? ToString(source.address) : ToString(source);
}

JsonValue WindowsView(const ServiceRisk& risk) {
  return {{"1s", WindowView(risk.second)}, {"60s", WindowView(risk.minute)}};
}

JsonValue RiskView(const ServiceRisk& risk) {
  JsonValue sources = JsonValue::array();
  for (const SourceRisk& source : risk.sources) {
    sources.push_back({{"source", SourceText(source.source)},
                       {"tier", NameOf(source.tier)},
                       {"syns_per_second", Whole(source.syns)},
                       {"risk_percent", source.percent}});
  }
  return {{"risk_percent", risk.percent},
          {"learning", risk.learning},
          {"learned_s", risk.learned_s},
          {"incomplete_percent", PercentOf(risk.incomplete)},
          {"usual_incomplete_percent", PercentOf(risk.usual_incomplete)},
          {"usual_source_syns_per_second", Whole(risk.usual_source)},
          {"windows", WindowsView(risk)},
          {"sources", std::move(sources)}};
}

}  // namespace synsplice
