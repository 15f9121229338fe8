#include "control/yaml/value_readers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "control/yaml/endpoint_sentences.h"
#include "synsplice/policy/config.h"
#include "text/did_you_mean.h"
#include "text/printable.h"

namespace synsplice {
namespace {

constexpr size_t kMaxNameBytes = 63;

// Largest first, so that a duration is shown in the largest unit that fits.
struct TimeUnit {
  std::string_view name;
  Milliseconds length;
};
constexpr TimeUnit kTimeUnits[] = {{"h", std::chrono::hours(1)},
                                   {"min", std::chrono::minutes(1)},
                                   {"s", Seconds(1)},
                                   {"ms", Milliseconds(1)}};

std::string ToText(Milliseconds duration) {
  if (duration == Milliseconds(0)) return "0s";
  const auto unit = std::ranges::find_if(
      kTimeUnits, [&](const TimeUnit& unit) { return duration % unit.length == Milliseconds(0); });
  return fmt::format("{}{}", duration / unit->length, unit->name);
}

enum class NumberForm : uint8_t { kDecimal, kOctalLooking, kTooLarge, kNoNumber };

struct ParsedNumber {
  NumberForm form;
  int64_t value = 0;
  std::string_view rest = {};  // behind the digits
};

// YAML 1.1 reads a number with leading zero as octal, an engineer reads it as decimal.
ParsedNumber ParseNumber(std::string_view text) {
  ParsedNumber parsed{NumberForm::kDecimal};
  const auto [end, error] = std::from_chars(text.begin(), text.end(), parsed.value);
  parsed.rest = text.substr(static_cast<size_t>(end - text.begin()));
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (error == std::errc::invalid_argument) {
    parsed.form = NumberForm::kNoNumber;
  } else if (error == std::errc::result_out_of_range) {
    parsed.form = NumberForm::kTooLarge;
  } else if (digits[0] == '0' && digits.size() - parsed.rest.size() > 1) {
    parsed.form = NumberForm::kOctalLooking;
  }
  return parsed;
}

std::string OctalSentence(std::string_view text, const ParsedNumber& parsed) {
  return fmt::format("{} looks octal: write {}{}", Quoted(text), parsed.value,
                     Shortened(parsed.rest));
}

const TimeUnit* FindUnit(std::string_view name) {
  const auto unit = std::ranges::find(kTimeUnits, name, &TimeUnit::name);
  return unit == std::end(kTimeUnits) ? nullptr : unit;
}

// Why `text` is no duration at all; empty: it is one.
std::string WhyNoDuration(std::string_view text, const ParsedNumber& parsed) {
  if (parsed.form == NumberForm::kOctalLooking) return OctalSentence(text, parsed);
  if (parsed.form == NumberForm::kNoNumber) {
    return fmt::format("{} is not a duration: a whole number with unit ms, s, min or h",
                       Quoted(text));
  }
  if (parsed.rest.empty()) return fmt::format("{} has no unit: ms, s, min or h", Quoted(text));
  if (FindUnit(parsed.rest) != nullptr) return "";
  return fmt::format("{} has unknown unit {}, allowed: ms, s, min or h", Quoted(text),
                     Quoted(parsed.rest));
}

// nullopt: more than 64 bits can count.
std::optional<Milliseconds> Multiply(const ParsedNumber& parsed) {
  int64_t milliseconds = 0;
  const int64_t unit = FindUnit(parsed.rest)->length.count();
  if (parsed.form == NumberForm::kTooLarge ||
      __builtin_mul_overflow(parsed.value, unit, &milliseconds)) {
    return std::nullopt;
  }
  return Milliseconds(milliseconds);
}

bool IsNameCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
}

}  // namespace

std::optional<int64_t> ParseWholeNumber(const YamlValue& value, Range<int64_t> range,
                                        std::string_view or_word) {
  const auto text = value.Text();
  if (!text) return std::nullopt;
  const ParsedNumber parsed = ParseNumber(*text);
  const std::string allowed =
      fmt::format("allowed: {} to {}{}", range.lowest, range.highest, or_word);
  if (parsed.form == NumberForm::kNoNumber || !parsed.rest.empty()) {
    value.Fail(fmt::format("{} is not a whole number, {}", Quoted(*text), allowed));
  } else if (parsed.form == NumberForm::kOctalLooking) {
    value.Fail(OctalSentence(*text, parsed));
  } else if (parsed.form == NumberForm::kTooLarge || parsed.value < range.lowest ||
             parsed.value > range.highest) {
    value.Fail(fmt::format("{} is out of range, {}", Shortened(*text), allowed));
  } else {
    return parsed.value;
  }
  return std::nullopt;
}

std::optional<Milliseconds> ParseDuration(const YamlValue& value, Range<Milliseconds> range,
                                          Milliseconds step) {
  const auto text = value.Text();
  if (!text) return std::nullopt;
  const ParsedNumber parsed = ParseNumber(*text);
  if (const std::string why = WhyNoDuration(*text, parsed); !why.empty()) {
    value.Fail(why);
    return std::nullopt;
  }
  const auto duration = Multiply(parsed);
  if (!duration || *duration < range.lowest || *duration > range.highest) {
    value.Fail(fmt::format("{} is out of range, allowed: {} to {}", Shortened(*text),
                           ToText(range.lowest), ToText(range.highest)));
  } else if (*duration % step != Milliseconds(0)) {
    value.Fail(fmt::format("{} is not a multiple of {}", Shortened(*text), ToText(step)));
  } else {
    return duration;
  }
  return std::nullopt;
}

std::optional<size_t> ParseWord(const YamlValue& value,
                                const std::vector<std::string_view>& words) {
  const auto text = value.Text();
  if (!text) return std::nullopt;
  const auto word = std::ranges::find(words, *text);
  if (word != words.end()) return static_cast<size_t>(word - words.begin());
  value.Fail(fmt::format("{} is unknown, allowed: {}{}", Quoted(*text), fmt::join(words, ", "),
                         DidYouMean(*text, words)));
  return std::nullopt;
}

nlohmann::ordered_json InSeconds(Milliseconds duration) {
  const auto milliseconds = duration.count();
  if (milliseconds % 1000 == 0) return milliseconds / 1000;
  return static_cast<double>(milliseconds) / 1000;
}

namespace {

using Json = nlohmann::ordered_json;

// An address of any kind as text.
template <typename T>
auto AsText(const T& stored) {
  return [&stored] { return Json(ToString(stored)); };
}

// nullopt: null.
template <typename T>
auto AsTextOrNull(const std::optional<T>& stored) {
  return [&stored] { return stored ? Json(ToString(*stored)) : Json(); };
}

}  // namespace

Field Boolean(bool& to) { return {Word(to, {{"true", true}, {"false", false}}).read, Plain(to)}; }

Field Text(std::string& to) {
  return {[&to](const YamlValue& value) { to = value.Text().value_or(to); }, Plain(to)};
}

Field Name(std::string& to) {
  return {[&to](const YamlValue& value) {
            const auto text = value.Text();
            if (!text) return;
            if (text->empty() || text->size() > kMaxNameBytes ||
                !std::ranges::all_of(*text, IsNameCharacter)) {
              value.Fail(fmt::format(
                  "{} is not a name, allowed: 1 to {} letters, digits, '-', '_' and '.'",
                  Quoted(*text), kMaxNameBytes));
              return;
            }
            to = *text;
          },
          Plain(to)};
}

Field CountryCode(std::string& to) {
  return {[&to](const YamlValue& value) {
            const auto text = value.Text();
            if (!text) return;
            const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
            if (text->size() != 2 || !std::ranges::all_of(*text, is_capital)) {
              value.Fail(fmt::format("{} is not a country, allowed: two capital letters (ISO 3166)",
                                     Quoted(*text)));
              return;
            }
            to = *text;
          },
          Plain(to)};
}

Field EndpointText(Endpoint& to) {
  return {[&to](const YamlValue& value) {
            const auto text = value.Text();
            if (!text) return;
            if (const auto endpoint = ParseEndpoint(*text)) {
              to = *endpoint;
              return;
            }
            value.Fail(WhyNoEndpoint(*text));
          },
          [&to] { return to.port == 0 ? Json() : Json(ToString(to)); }};
}

Field AddressText(std::optional<Address>& to, bool v4) {
  return {
      [&to, v4](const YamlValue& value) {
        const auto text = value.Text();
        if (!text) return;
        const auto address = ParseAddress(*text);
        if (!address) {
          value.Fail(WhyNoAddress(*text));
        } else if (address->IsV4() != v4) {
          value.Fail(fmt::format("{} is not an {} address", Quoted(*text), v4 ? "IPv4" : "IPv6"));
        } else {
          to = address;
        }
      },
      AsTextOrNull(to)};
}

Field PrefixText(Prefix& to) {
  return {[&to](const YamlValue& value) {
            const auto text = value.Text();
            if (!text) return;
            const auto prefix = ParsePrefix(*text);
            if (!prefix) {
              value.Fail(WhyNoPrefix(*text));
              return;
            }
            const Prefix network{Mask(prefix->address, prefix->length), prefix->length};
            if (network != *prefix) {
              value.Fail(fmt::format("{} has bits behind its length, did you mean '{}'?", *text,
                                     ToString(network)));
              return;
            }
            to = network;
          },
          AsText(to)};
}

namespace {

constexpr int64_t kMostInARate = 100'000'000;

struct RateUnit {
  std::string_view name;
  Seconds per;
};
constexpr RateUnit kRateUnits[] = {{"second", Seconds(1)},
                                   {"minute", Seconds(60)},
                                   {"hour", Seconds(3600)},
                                   {"day", Seconds(86400)}};

// A unit may be cut short.
const RateUnit* FindRateUnit(std::string_view name) {
  const auto unit = std::ranges::find_if(
      kRateUnits, [&](const RateUnit& of) { return of.name.starts_with(name); });
  return name.empty() || unit == std::end(kRateUnits) ? nullptr : unit;
}

std::string WhyNoRate(std::string_view text, const ParsedNumber& parsed) {
  if (parsed.form == NumberForm::kOctalLooking) return OctalSentence(text, parsed);
  if (parsed.form == NumberForm::kNoNumber) {
    return fmt::format("{} is not a rate, such as 3/s, 100/min, 5/h or 1/day", Quoted(text));
  }
  if (!parsed.rest.starts_with('/')) {
    return fmt::format("{} does not say how often: write {}/s, /min, /h or /day", Quoted(text),
                       Shortened(text.substr(0, text.size() - parsed.rest.size())));
  }
  if (!FindRateUnit(parsed.rest.substr(1))) {
    return fmt::format("{} has unknown unit {}, allowed: /s, /min, /h or /day", Quoted(text),
                       Quoted(parsed.rest.substr(1)));
  }
  if (parsed.form != NumberForm::kTooLarge && parsed.value > 0 && parsed.value <= kMostInARate) {
    return "";
  }
  return fmt::format("{} is out of range, allowed: 1 to {} in each second, minute, hour or day",
                     Shortened(text), kMostInARate);
}

std::string ToText(const Rate& rate) {
  const auto unit = std::ranges::find(kRateUnits, rate.per, &RateUnit::per);
  static constexpr std::string_view kShort[] = {"s", "min", "h", "day"};
  return fmt::format("{}/{}", rate.count, kShort[unit - std::begin(kRateUnits)]);
}

}  // namespace

Field RateText(Rate& to) {
  return {[&to](const YamlValue& value) {
            const auto text = value.Text();
            if (!text) return;
            const ParsedNumber parsed = ParseNumber(*text);
            if (const std::string why = WhyNoRate(*text, parsed); !why.empty()) {
              return value.Fail(why);
            }
            to = {static_cast<uint32_t>(parsed.value), FindRateUnit(parsed.rest.substr(1))->per};
          },
          [&to] { return to.count == 0 ? Json() : Json(ToText(to)); }};
}

Field NextHop(std::optional<Mac>& to) {
  return {[&to](const YamlValue& value) {
            const auto text = value.Text();
            if (!text) return;
            const auto mac = ParseMac(*text);
            if (!mac) {
              value.Fail(
                  fmt::format("{} is not a MAC address, such as 02:00:00:00:00:12", Quoted(*text)));
            } else if (mac->IsGroup() || mac->IsZero()) {
              value.Fail(fmt::format("{} is not the address of one station", *text));
            } else {
              to = mac;
            }
          },
          AsTextOrNull(to)};
}

Field WordOrDuration(std::string_view word, std::optional<Seconds>& to, Range<Milliseconds> range) {
  return {[word, &to, range](const YamlValue& value) {
            if (value.IsScalar() && value.Text() == word) {
              to = std::nullopt;
            } else if (const auto duration = ParseDuration(value, range, Seconds(1))) {
              to = std::chrono::duration_cast<Seconds>(*duration);
            }
          },
          [word, &to] { return to ? InSeconds(*to) : Json(word); }};
}

Field WindowScale(std::optional<uint8_t>& to) {
  return {[&to](const YamlValue& value) {
            if (value.IsScalar() && value.Text() == "none") {
              to = kNoScale;
            } else {
              WholeNumberOrAuto(to, {0, kMaxWindowScale}, ", none or auto").read(value);
            }
          },
          [&to] { return to == kNoScale ? Json("none") : PlainOr(to, "auto")(); }};
}

Field BooleanOrAuto(std::optional<bool>& to) {
  return {Word(to, {{"auto", std::nullopt}, {"true", true}, {"false", false}}).read,
          PlainOr(to, "auto")};
}

}  // namespace synsplice
