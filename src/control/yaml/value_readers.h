// Single values: text of the file -> checked value of the configuration -> JSON.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "control/yaml/yaml_value.h"
#include "synsplice/base/address.h"
#include "synsplice/base/time.h"
#include "synsplice/policy/service_config.h"

namespace synsplice {

// Both ends are allowed.
template <typename T>
struct Range {
  T lowest;
  T highest;
};

// A decimal number, nullopt after a report. `or_word` is named among what is allowed.
std::optional<int64_t> ParseWholeNumber(const YamlValue& value, Range<int64_t> range,
                                        std::string_view or_word = "");

// A number with unit ms, s, min or h that is a multiple of `step`, nullopt after a report.
std::optional<Milliseconds> ParseDuration(const YamlValue& value, Range<Milliseconds> range,
                                          Milliseconds step);

// The index in `words`, nullopt after a report.
std::optional<size_t> ParseWord(const YamlValue& value, const std::vector<std::string_view>& words);

// A whole number where it is one.
nlohmann::ordered_json InSeconds(Milliseconds duration);

// What is stored as it is.
template <typename T>
std::function<nlohmann::ordered_json()> Plain(const T& stored) {
  return [&stored] { return nlohmann::ordered_json(stored); };
}

// nullopt is `otherwise`.
template <typename T>
std::function<nlohmann::ordered_json()> PlainOr(const std::optional<T>& stored,
                                                std::string_view otherwise) {
  return [&stored, otherwise] {
    return stored ? nlohmann::ordered_json(*stored) : nlohmann::ordered_json(otherwise);
  };
}

template <typename T>
Field WholeNumber(T& to, std::type_identity_t<Range<T>> range) {
  return {[&to, range](const YamlValue& value) {
            const auto number = ParseWholeNumber(value, {range.lowest, range.highest});
            if (number) to = static_cast<T>(*number);
          },
          Plain(to)};
}

// `Unit` is the smallest step: Seconds or Milliseconds.
template <typename Unit>
Field Duration(Unit& to, Range<Milliseconds> range) {
  return {[&to, range](const YamlValue& value) {
            const auto duration = ParseDuration(value, range, Unit(1));
            if (duration) to = std::chrono::duration_cast<Unit>(*duration);
          },
          [&to] { return InSeconds(to); }};
}

// So many in so long, as xt_limit's users write it: 3/s, 100/sec, 20/minute, 5/h, 1/day. It is
// shown with the shortest unit, null where there is none.
Field RateText(Rate& to);

template <typename T>
using Words = std::vector<std::pair<std::string_view, T>>;

template <typename T>
Field Word(T& to, std::type_identity_t<Words<T>> words) {
  return {[&to, words](const YamlValue& value) {
            std::vector<std::string_view> names;
            for (const auto& [name, meaning] : words) names.push_back(name);
            if (const auto index = ParseWord(value, names)) to = words[*index].second;
          },
          [&to, words] {
            const auto word = std::ranges::find(words, to, &std::pair<std::string_view, T>::second);
            return nlohmann::ordered_json(word == words.end() ? "" : word->first);
          }};
}

Field Boolean(bool& to);
Field Text(std::string& to);

// 1 to 63 letters, digits, '-', '_' and '.': it is printed in counters and messages.
Field Name(std::string& to);

// Two capital letters (ISO 3166).
Field CountryCode(std::string& to);

Field EndpointText(Endpoint& to);
// Of one family.
Field AddressText(std::optional<Address>& to, bool v4);
// address/length without bits behind the length.
Field PrefixText(Prefix& to);
Field NextHop(std::optional<Mac>& to);

// auto (nullopt) | a number
template <typename T>
Field WholeNumberOrAuto(std::optional<T>& to, std::type_identity_t<Range<T>> range,
                        std::string_view or_word = " or auto") {
  return {[&to, range, or_word](const YamlValue& value) {
            if (value.IsScalar() && value.Text() == "auto") return to.reset();
            const auto number = ParseWholeNumber(value, {range.lowest, range.highest}, or_word);
            if (number) to = static_cast<T>(*number);
          },
          PlainOr(to, "auto")};
}

// `word` | a number with unit as in Duration; nullopt: the word.
Field WordOrDuration(std::string_view word, std::optional<Seconds>& to, Range<Milliseconds> range);

// auto (nullopt) | none (kNoScale) | 0 to 14
Field WindowScale(std::optional<uint8_t>& to);

// auto (nullopt) | true | false
Field BooleanOrAuto(std::optional<bool>& to);

}  // namespace synsplice
