#include "detect/baseline_text.h"

#include <fmt/format.h>

#include <cmath>
#include <exception>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace synsplice {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "synsplice baseline";
constexpr int kVersion = 1;

// What a text may say; more is no baseline's.
constexpr double kMostNumber = 1e15;

struct Named {
  const char* name;
  UsualRate Baseline::*rate;
};
constexpr Named kRates[] = {{"second", &Baseline::second},
                            {"minute", &Baseline::minute},
                            {"source", &Baseline::source},
                            {"held", &Baseline::held}};

double Rounded(double value) { return std::round(value * 1000) / 1000; }

// [bucket, count] of those that have one.
Json JsonOf(const RateHistogram& histogram) {
  Json json = Json::array();
  for (size_t i = 0; i < RateHistogram::kBuckets; ++i) {
    if (histogram.Get(i) != 0) json.push_back({i, histogram.Get(i)});
  }
  return json;
}

Json JsonOf(const UsualRate::Memory& memory) {
  Json profile = Json::array();
  for (const double rate : memory.profile) profile.push_back(Rounded(rate));
  return {{"hour", memory.hour},
          {"present", JsonOf(memory.present)},
          {"before", JsonOf(memory.before)},
          {"profile", std::move(profile)}};
}

Json JsonOf(const UsualShare::Weights& weights) {
  Json json = Json::array();
  for (size_t i = 0; i < weights.size(); ++i) {
    if (const double weight = Rounded(weights[i]); weight != 0) json.push_back({i, weight});
  }
  return json;
}

Json JsonOf(const Baseline& baseline) {
  Json json = {{"learned_s", baseline.learned_s}, {"learned_at", baseline.learned_at}};
  for (const auto& [name, rate] : kRates) json[name] = JsonOf((baseline.*rate).memory());
  json["incomplete"] = JsonOf(baseline.incomplete.weights());
  return json;
}

// A number of what `most` allows.
double Number(const Json& json, double most = kMostNumber) {
  const auto number = json.get<double>();
  if (!(number >= 0 && number <= most)) throw std::out_of_range(json.dump());
  return number;
}

template <typename Whole>
Whole WholeNumber(const Json& json, double most) {
  return static_cast<Whole>(Number(json, most));
}

RateHistogram HistogramOf(const Json& json) {
  RateHistogram histogram;
  for (const Json& pair : json) {
    histogram.AddTo(WholeNumber<size_t>(pair.at(0), RateHistogram::kBuckets - 1),
                    WholeNumber<uint32_t>(pair.at(1), 1e6));
  }
  return histogram;
}

UsualRate RateOf(const Json& json) {
  UsualRate::Memory memory{WholeNumber<int64_t>(json.at("hour"), 1e9),
                           HistogramOf(json.at("present")), HistogramOf(json.at("before"))};
  for (size_t i = 0; i < memory.profile.size(); ++i) {
    memory.profile[i] = Number(json.at("profile").at(i));
  }
  return UsualRate(memory);
}

UsualShare ShareOf(const Json& json) {
  UsualShare::Weights weights{};
  for (const Json& pair : json) {
    weights[WholeNumber<size_t>(pair.at(0), weights.size() - 1)] = Number(pair.at(1));
  }
  return UsualShare(weights);
}

Baseline BaselineOf(const Json& json) {
  Baseline baseline;
  for (const auto& [name, rate] : kRates) baseline.*rate = RateOf(json.at(name));
  baseline.incomplete = ShareOf(json.at("incomplete"));
  baseline.learned_s = WholeNumber<uint32_t>(json.at("learned_s"), UINT32_MAX);
  baseline.learned_at = WholeNumber<UtcSecond>(json.at("learned_at"), kMostNumber);
  return baseline;
}

Baselines BaselinesOf(const Json& services) {
  Baselines baselines;
  for (const auto& [name, service] : services.items()) {
    baselines.emplace(name, BaselineOf(service));
  }
  return baselines;
}

}  // namespace

std::string TextOfBaselines(const Baselines& baselines) {
  Json services = Json::object();
  for (const auto& [name, baseline] : baselines) services[name] = JsonOf(baseline);
  const Json all = {{"format", kFormat}, {"version", kVersion}, {"services", std::move(services)}};
  return all.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::variant<Baselines, std::string> ParseBaselines(std::string_view text) {
  try {
    const Json all = Json::parse(text);
    if (all.at("format") != kFormat) return "it is something else";
    if (all.at("version") != kVersion) {
      return fmt::format("it has version {}, not {}", all.at("version").dump(), kVersion);
    }
    return BaselinesOf(all.at("services"));
  } catch (const nlohmann::json::exception&) {
    return "it is broken";
  } catch (const std::out_of_range&) {
    return "it has numbers that cannot be";
  } catch (const std::exception& error) {  // no memory for it
    return fmt::format("it cannot be read: {}", error.what());
  }
}

}  // namespace synsplice
