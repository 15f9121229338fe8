#include "admin/api/capture_query.h"

#include <fmt/format.h>

#include <algorithm>

#include "admin/api/flow_query.h"

namespace synsplice {
namespace {

using Sentence = std::optional<std::string>;

constexpr size_t kLongestFilter = 1024;

struct CaptureReading {
  CaptureChoice& choice;
  const std::vector<ServiceState>& services;
};

// As it was sent, such as "web" with its quotation marks.
std::string Dump(const JsonValue& value) {
  return value.dump(-1, ' ', false, JsonValue::error_handler_t::replace);
}

Sentence ReadFilter(const CaptureReading& reading, const JsonValue& value) {
  if (!value.is_string()) return fmt::format("{} is no text", Dump(value));
  reading.choice.filter = value;
  if (reading.choice.filter.size() > kLongestFilter) {
    return fmt::format("it has more than {} characters", kLongestFilter);
  }
  // libpcap would read the part before it.
  if (reading.choice.filter.find('\0') == std::string::npos) return {};
  return "it has a character 0";
}

Sentence ReadReason(const CaptureReading& reading, const JsonValue& value) {
  const std::string name = value.is_string() ? value.get<std::string>() : std::string();
  const auto label = std::ranges::find(kReasonLabels, name);
  const auto reason = Reason(label - std::begin(kReasonLabels));
  if (label == std::end(kReasonLabels) || reason == Reason::kNone) {
    return fmt::format("there is no {}", Dump(value));
  }
  if (IsOfShell(reason)) return fmt::format("what is dropped as {} cannot be captured", name);
  reading.choice.reason = reason;
  return {};
}

Sentence ReadService(const CaptureReading& reading, const JsonValue& value) {
  if (value.is_string()) {
    reading.choice.service = NumberOfService(reading.services, value.get<std::string>());
  }
  if (reading.choice.service) return {};
  return fmt::format("there is no {}", Dump(value));
}

Sentence ReadFrames(const CaptureReading& reading, const JsonValue& value) {
  if (value != "before" && value != "after" && value != "both") {
    return fmt::format("{} is none of before, after, both", Dump(value));
  }
  reading.choice.before = value != "after";
  reading.choice.after = value != "before";
  return {};
}

// A whole number from kLeast to kMost.
template <auto kField, uint64_t kLeast, uint64_t kMost>
Sentence ReadCount(const CaptureReading& reading, const JsonValue& value) {
  const bool fits = value.is_number_unsigned() && value >= kLeast && value <= kMost;
  if (!fits) return fmt::format("{} is no number from {} to {}", Dump(value), kLeast, kMost);
  auto& field = reading.choice.*kField;
  field = std::remove_cvref_t<decltype(field)>(value.get<uint32_t>());
  return {};
}

struct Member {
  std::string_view name;
  Sentence (*read)(const CaptureReading&, const JsonValue&);
};
constexpr Member kMembers[] = {
    {"filter", ReadFilter},
    {"reason", ReadReason},
    {"service", ReadService},
    {"frames", ReadFrames},
    {"count", ReadCount<&CaptureChoice::count, 1, 1'000'000'000>},
    {"seconds", ReadCount<&CaptureChoice::duration, 1, 86400>},
    {"sample", ReadCount<&CaptureChoice::sample, 1, 1'000'000>},
    {"snaplen", ReadCount<&CaptureChoice::snap_length, 16, 65535>},
};

Sentence ReadMember(const CaptureReading& reading, const std::string& name,
                    const JsonValue& value) {
  const auto member = std::ranges::find(kMembers, name, &Member::name);
  if (member == std::end(kMembers)) return fmt::format("there is no member {}", name);
  const Sentence sentence = member->read(reading, value);
  return sentence ? fmt::format("{}: {}", name, *sentence) : sentence;
}

}  // namespace

std::variant<CaptureOrder, std::string> ParseCapture(const ApiRequest& request,
                                                     const std::vector<ServiceState>& services) {
  if (!request.query.empty()) {
    return fmt::format("there is no parameter {}", request.query.begin()->first);
  }
  const JsonValue body =
      request.body.empty() ? JsonValue::object() : JsonValue::parse(request.body, nullptr, false);
  if (!body.is_object()) return "the body is no JSON object";
  CaptureOrder order{{}, request.who, Dump(body)};
  for (const auto& [name, value] : body.items()) {
    if (auto sentence = ReadMember({order.choice, services}, name, value)) return *sentence;
  }
  return order;
}

}  // namespace synsplice
