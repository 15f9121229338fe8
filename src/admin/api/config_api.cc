#include "admin/api/config_api.h"

#include <fmt/format.h>

#include <algorithm>

namespace synsplice {
namespace {

using Kind = ConfigOrder::Kind;
using Result = ConfigAnswer::Result;

// A day: who has not looked by then has forgotten it.
constexpr int64_t kLongestConfirm = 86400;
constexpr size_t kMostSaid = 5;
constexpr std::string_view kConfigured = "configured";

constexpr std::pair<std::string_view, Kind> kKinds[] = {
    {"/v1/config", Kind::kPut},  {"/v1/confirm", Kind::kConfirm}, {"/v1/rollback", Kind::kRollback},
    {"/v1/drain", Kind::kDrain}, {"/v1/enable", Kind::kEnable},   {"/v1/reload", Kind::kReload},
    {"/v1/mode", Kind::kSwitch},
};

Kind KindOf(std::string_view path) {
  return std::ranges::find(kKinds, path, &std::pair<std::string_view, Kind>::first)->second;
}

bool IsAboutBackend(Kind kind) { return kind == Kind::kDrain || kind == Kind::kEnable; }

std::optional<std::string> ReadBackend(const std::string& text, ConfigOrder& order) {
  const auto backend = ParseVlanEndpoint(text);
  if (!backend) {
    return fmt::format("backend: {} is no endpoint, such as 198.18.0.1:80", text);
  }
  order.backend = *backend;
  return {};
}

// "configured": what the configuration says.
std::optional<std::string> ReadMode(const std::string& text, ConfigOrder& order) {
  order.has_mode = true;
  if (text == kConfigured) return {};
  const auto found = std::ranges::find(kModeNames, text);
  if (found == std::end(kModeNames)) {
    return fmt::format("mode: {} is none of {}, {}", text, fmt::join(kModeNames, ", "),
                       kConfigured);
  }
  order.mode = static_cast<Mode>(found - std::begin(kModeNames));
  return {};
}

std::optional<std::string> ReadSwitch(const std::string& name, const std::string& text,
                                      ConfigOrder& order) {
  if (name == "mode") return ReadMode(text, order);
  order.service = text;
  return {};
}

std::optional<std::string> ReadParameter(const std::string& name, const std::string& text,
                                         ConfigOrder& order) {
  const bool loads = order.kind == Kind::kReload || order.kind == Kind::kPut;
  uint64_t number = 0;
  if (name == "backend" && IsAboutBackend(order.kind)) return ReadBackend(text, order);
  if (order.kind == Kind::kSwitch && (name == "service" || name == "mode")) {
    return ReadSwitch(name, text, order);
  }
  if (name != "version" && !(loads && (name == "dry_run" || name == "confirm"))) {
    return fmt::format("there is no parameter {}", name);
  }
  if (!ReadNumber(text, number)) return fmt::format("{}: {} is no number", name, text);
  if (name == "version") order.version = number;
  if (name == "dry_run") order.dry_run = number != 0;
  if (name != "confirm") return {};
  if (number < 1 || number > kLongestConfirm) {
    return fmt::format("confirm: {} is no number of seconds from 1 to {}", text, kLongestConfirm);
  }
  order.confirm = Seconds(number);
  return {};
}

JsonValue ChangesView(const std::vector<ConfigChange>& changes) {
  JsonValue view = JsonValue::array();
  for (const auto& [key, before, after, live] : changes) {
    view.push_back({{"key", key},
                    {"before", before.empty() ? JsonValue() : JsonValue(before)},
                    {"after", after.empty() ? JsonValue() : JsonValue(after)},
                    {"live", live}});
  }
  return view;
}

JsonValue TimeOrNull(const std::optional<Time>& time) {
  return time ? JsonValue(TimeText(*time)) : JsonValue();
}

std::pair<unsigned, const char*> StatusOf(Result result) {
  if (result == Result::kConflict) return {409, "Conflict"};
  return {422, result == Result::kInvalid ? "Invalid configuration" : "Needs a restart"};
}

}  // namespace

std::variant<ConfigOrder, std::string> ParseOrder(const ApiRequest& request) {
  ConfigOrder order{.kind = KindOf(request.path), .text = request.body};
  for (const auto& [name, text] : request.query) {
    if (auto sentence = ReadParameter(name, text, order)) return *sentence;
  }
  if (order.kind != Kind::kPut) {
    if (!order.text.empty()) return fmt::format("{} takes no body", request.path);
  } else if (!order.version) {
    return "version: say which one the new one follows";
  }
  if (IsAboutBackend(order.kind) && order.backend.endpoint.port == 0) return "backend: say which";
  if (order.kind == Kind::kSwitch && order.service.empty()) return "service: say which";
  if (order.kind == Kind::kSwitch && !order.has_mode) return "mode: say which";
  return order;
}

ApiResponse ResponseTo(const std::optional<ConfigAnswer>& answer) {
  if (!answer) return Problem(503, "Service Unavailable", "the control loop does not answer");
  JsonValue view = {{"version", answer->version}, {"changes", ChangesView(answer->changes)}};
  if (answer->result == Result::kDone) return JsonResponse(view);
  const auto [status, title] = StatusOf(answer->result);
  return Problem(status, title, answer->sentence, view);
}

JsonValue ConfigView(const ConfigState& state) {
  return {
      {"version", state.version},
      {"file", state.file},
      {"from_file", state.from_file},
      {"loaded", TimeOrNull(state.loaded)},
      {"rollback_to", state.rollback_to ? JsonValue(*state.rollback_to) : JsonValue()},
      {"confirm_until", TimeOrNull(state.confirm_until)},
      {"failure", state.failure.empty() ? JsonValue() : JsonValue(state.failure)},
      {"text", state.text},
  };
}

std::string LineOf(const ConfigAnswer& answer) {
  if (answer.result != Result::kDone) return answer.sentence;
  const auto& changes = answer.changes;
  std::string line =
      fmt::format("version {} is in force, {} changes", answer.version, changes.size());
  const size_t said = std::min(changes.size(), kMostSaid);
  for (size_t i = 0; i < said; ++i) line += (i == 0 ? ": " : "; ") + TextOf(changes[i]);
  return said == changes.size() ? line : line + "; ...";
}

}  // namespace synsplice
