#include "timeline/log_time.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <ctime>

namespace synsplice {
namespace {

using std::chrono::microseconds;

// No time of a log is longer.
constexpr size_t kLongest = 40;
constexpr std::chrono::days kLongestAgo{36500};
constexpr const char* kIsoTimes[] = {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"};

// A time of day and what stands behind it; `rest` is nullptr when there is none.
struct Parsed {
  std::tm fields{};
  const char* rest = nullptr;
};

Parsed Parse(const std::string& text, const char* format) {
  Parsed parsed;
  parsed.fields.tm_isdst = -1;
  parsed.rest = strptime(text.c_str(), format, &parsed.fields);
  return parsed;
}

LogTime At(int64_t seconds) { return LogTime(std::chrono::seconds(seconds)); }

LogTime Local(std::tm fields) { return At(std::mktime(&fields)); }

// strptime has put the offset of %z into tm_gmtoff.
LogTime Zoned(std::tm fields) {
  const int64_t offset = fields.tm_gmtoff;
  return At(timegm(&fields) - offset);
}

// Of a log that this program may meet; none that only a slip of the pen makes.
std::optional<LogTime> Plausible(LogTime time) {
  using namespace std::chrono;
  constexpr LogTime kFirst = sys_days(year(1970) / 1 / 1), kEnd = sys_days(year(9999) / 12 / 31);
  if (time < kFirst || time >= kEnd) return std::nullopt;
  return time;
}

// ".123456", digits behind the sixth are of no interest; moves `at` behind it.
microseconds Fraction(const char*& at) {
  if (*at != '.' && *at != ',') return microseconds(0);
  int64_t value = 0, unit = 1000000;
  for (++at; *at >= '0' && *at <= '9'; ++at) {
    if (unit > 1) value = value * 10 + (*at - '0'), unit /= 10;
  }
  return microseconds(value * unit);
}

// Sets `at` behind what was taken.
std::optional<LogTime> ParseIso(const std::string& text, const char*& at) {
  for (const char* format : kIsoTimes) {
    Parsed parsed = Parse(text, format);
    if (!parsed.rest) continue;
    at = parsed.rest;
    const microseconds fraction = Fraction(at);
    const char* behind = *at == ' ' ? nullptr : strptime(at, "%z", &parsed.fields);
    if (!behind) return Plausible(Local(parsed.fields) + fraction);
    at = behind;
    return Plausible(Zoned(parsed.fields) + fraction);
  }
  return std::nullopt;
}

std::string Beginning(std::string_view text) { return std::string(text.substr(0, kLongest)); }

int YearOf(LogTime time) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm fields{};
  localtime_r(&seconds, &fields);
  return fields.tm_year;
}

std::optional<std::chrono::seconds> UnitOf(std::string_view letter) {
  if (letter == "s") return std::chrono::seconds(1);
  if (letter == "m") return std::chrono::minutes(1);
  if (letter == "h") return std::chrono::hours(1);
  if (letter == "d") return std::chrono::days(1);
  return std::nullopt;
}

std::optional<LogTime> Before(const std::string& text, LogTime now) {
  uint32_t count = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  const auto unit = UnitOf({rest, static_cast<size_t>(end - rest)});
  if (error != std::errc() || !unit) return std::nullopt;
  const std::chrono::seconds ago = count * *unit;
  if (ago > kLongestAgo) return std::nullopt;
  return now - ago;
}

}  // namespace

std::optional<LogTime> ParseIsoTime(std::string_view text) {
  const char* rest = nullptr;
  return ParseIso(Beginning(text), rest);
}

std::optional<LogTime> ParseAccessTime(std::string_view text) {
  const Parsed parsed = Parse(Beginning(text), "%d/%b/%Y:%H:%M:%S %z");
  if (!parsed.rest) return std::nullopt;
  return Plausible(Zoned(parsed.fields));
}

std::optional<LogTime> ParseSyslogTime(std::string_view text, LogTime written) {
  if (const auto time = ParseIsoTime(text)) return time;
  Parsed parsed = Parse(Beginning(text), "%b %d %H:%M:%S");
  if (!parsed.rest) return std::nullopt;
  const LogTime latest = written + std::chrono::days(1);
  parsed.fields.tm_year = YearOf(latest);
  if (Local(parsed.fields) > latest) --parsed.fields.tm_year;
  return Local(parsed.fields);
}

std::optional<LogTime> FromEpoch(double number) {
  constexpr double kMostSeconds = 1e11;  // the year 5138
  if (!(number > 0)) return std::nullopt;
  double seconds = number;
  for (int unit = 0; unit < 3 && seconds >= kMostSeconds; ++unit) seconds /= 1000;
  if (seconds >= kMostSeconds) return std::nullopt;
  return LogTime(microseconds(std::llround(seconds * 1e6)));
}

std::optional<LogTime> ParseSaidTime(const std::string& text, LogTime now) {
  if (const auto before = Before(text, now)) return before;
  const char* rest = nullptr;
  if (const auto time = ParseIso(text, rest)) return *rest ? std::nullopt : time;
  const Parsed date = Parse(text, "%Y-%m-%d");
  if (!date.rest || *date.rest) return std::nullopt;
  return Plausible(Local(date.fields));
}

std::string ToText(LogTime time) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm fields{};
  gmtime_r(&seconds, &fields);
  const int64_t micro = time.time_since_epoch().count() - int64_t{seconds} * 1000000;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", fields.tm_year + 1900,
                     fields.tm_mon + 1, fields.tm_mday, fields.tm_hour, fields.tm_min,
                     fields.tm_sec, micro);
}

}  // namespace synsplice
