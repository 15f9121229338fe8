#include "control/reloader.h"

#include <fmt/format.h>
#include <filesystem>
#include <utility>

#include "control/secret_file.h"

namespace synsplice {
namespace {

using Kind = ConfigOrder::Kind;
using Result = ConfigAnswer::Result;

// A secret that no file keeps stays what it is, as does one whose file a dry run would have to
// make.
std::string LoadSecrets(const ApplianceConfig& before, bool dry_run, ApplianceConfig& config) {
  config.admin.token = before.admin.token;
  config.core.cookie.secret = before.core.cookie.secret;
  if (config.secret_file.empty()) return {};
  std::error_code error;
  if (!std::filesystem::exists(config.secret_file, error)) {
    if (config.secret_file == before.secret_file) {
      return fmt::format("{} has gone: a new secret takes a restart", config.secret_file);
    }
    if (dry_run) return {};
  }
  const auto loaded = LoadSecret(config.secret_file);
  if (const auto* sentence = std::get_if<std::string>(&loaded)) return *sentence;
  config.core.cookie.secret = std::get<SipKey>(loaded);
  return {};
}

std::string Render(const std::vector<Policy::Finding>& obstacles) {
  std::string text;
  for (const auto& [key, sentence] : obstacles) text += fmt::format("{}: {}\n", key, sentence);
  return text;
}

std::string WhyRestart(const std::vector<ConfigChange>& changes) {
  std::string keys;
  for (const ConfigChange& change : changes) {
    if (!change.live) keys += fmt::format("{}: takes a restart\n", change.key);
  }
  return keys;
}

}  // namespace

Reloader::Reloader(std::string file, std::string text, ApplianceConfig config)
    : file_(std::move(file)),
      current_{std::move(text), std::move(config)},
      policy_(std::make_shared<Policy>(current_.config.core)) {}

ConfigState Reloader::state() const {
  ConfigState state{number_, file_, current_.text, current_.from_file};
  if (previous_) state.rollback_to = number_ - 1;
  state.loaded = loaded_;
  state.confirm_until = confirm_until_;
  state.failure = failure_;
  return state;
}

ConfigAnswer Reloader::Serve(const ConfigOrder& order, Time now, const Adopt& adopt) {
  if (order.version && *order.version != number_) {
    return Answer(Result::kConflict, fmt::format("version {} is in force", number_));
  }
  if (order.kind == Kind::kConfirm) return Confirm();
  if (order.kind == Kind::kDrain || order.kind == Kind::kEnable) return Drain(order, adopt);
  if (order.kind == Kind::kSwitch) return Switch(order, adopt);
  if (order.kind == Kind::kRollback) return Rollback(now, adopt);
  ConfigAnswer answer = Load(order, now, adopt);
  if (!order.dry_run && answer.result != Result::kConflict) failure_ = answer.sentence;
  return answer;
}

ConfigAnswer Reloader::Load(const ConfigOrder& order, Time now, const Adopt& adopt) {
  const bool from_file = order.kind == Kind::kReload;
  if (confirm_until_ && !order.dry_run) {
    return Answer(Result::kConflict, fmt::format("version {} waits to be confirmed", number_));
  }
  if (from_file && file_ == "-") {
    return Answer(Result::kInvalid, "the configuration came from standard input: no file to read");
  }
  LoadedConfig loaded = from_file ? LoadConfig(file_, Purpose::kStart)
                                  : LoadConfigText("request", order.text, Purpose::kStart);
  if (!loaded.ok()) return Answer(Result::kInvalid, Render(loaded));
  if (const std::string why = LoadSecrets(current_.config, order.dry_run, loaded.config);
      !why.empty()) {
    return Answer(Result::kInvalid, why);
  }
  return Change({std::move(loaded.text), std::move(loaded.config), from_file}, order, now, adopt);
}

ConfigAnswer Reloader::Change(Version next, const ConfigOrder& order, Time now,
                              const Adopt& adopt) {
  ConfigAnswer answer = Answer(Result::kDone, "");
  answer.changes = CompareConfigs(current_.text, next.text);
  // A key that says what it was without it takes no restart.
  if (DifferLive(current_.config, next.config)) {
    for (ConfigChange& change : answer.changes) change.live = true;
  }
  AddReturns(switched_, next.config.core, answer.changes);
  next.config.core.drained = current_.config.core.drained;
  auto policy = std::make_shared<Policy>(next.config.core, *policy_);
  answer.sentence = WhyRestart(answer.changes);
  answer.sentence += Render(policy->obstacles());
  if (!answer.sentence.empty()) answer.result = Result::kNeedsRestart;
  if (!answer.sentence.empty() || order.dry_run) return answer;
  PutIntoForce(std::move(policy), adopt);
  switched_.clear();
  previous_ = std::exchange(current_, std::move(next));
  answer.version = ++number_;
  loaded_ = now;
  if (order.confirm > Seconds(0)) confirm_until_ = now + order.confirm;
  return answer;
}

// Always possible: numbers and groups are never given anew.
ConfigAnswer Reloader::Rollback(Time now, const Adopt& adopt) {
  if (!previous_) return Answer(Result::kConflict, "there is no version to go back to");
  confirm_until_.reset();
  // With the secret that it had.
  ConfigAnswer answer = Change(*previous_, {.kind = Kind::kRollback}, now, adopt);
  failure_ = answer.sentence;
  return answer;
}

ConfigAnswer Reloader::Confirm() {
  if (!confirm_until_) return Answer(Result::kConflict, "nothing waits to be confirmed");
  confirm_until_.reset();
  return Answer(Result::kDone, "");
}

// No version of the configuration: what it says stays the same.
ConfigAnswer Reloader::Drain(const ConfigOrder& order, const Adopt& adopt) {
  const std::string name = ToString(order.backend);
  const BackendId id = policy_->BackendAt(order.backend);
  if (id == 0 || policy_->backend(id).removed) {
    return Answer(Result::kInvalid, fmt::format("there is no backend {}", name));
  }
  ConfigAnswer answer = Answer(Result::kDone, "");
  const bool before = policy_->backend(id).drained, after = order.kind == Kind::kDrain;
  if (before == after) return answer;
  std::vector<VlanEndpoint>& drained = current_.config.core.drained;
  std::erase(drained, order.backend);
  if (after) drained.push_back(order.backend);
  PutIntoForce(std::make_shared<Policy>(WithModes(current_.config.core, switched_), *policy_),
               adopt);
  const auto text = [](bool drains) { return drains ? "yes" : "no"; };
  answer.changes = {{fmt::format("backends[{}].drained", name), text(before), text(after)}};
  return answer;
}

// No version either: the configuration's mode comes back with the next one.
ConfigAnswer Reloader::Switch(const ConfigOrder& order, const Adopt& adopt) {
  ModeSwitches switched = switched_;
  if (order.mode) {
    switched[order.service] = *order.mode;
  } else {
    switched.erase(order.service);
  }
  Config before = WithModes(current_.config.core, switched_);
  Config after = WithModes(current_.config.core, switched);
  const ServiceConfig* is = FindService(after, order.service);
  if (!is) return Answer(Result::kInvalid, fmt::format("there is no service '{}'", order.service));
  const std::string why = Render(Policy::Validate(after));
  if (!why.empty()) return Answer(Result::kInvalid, why);
  switched_ = std::move(switched);
  ConfigAnswer answer = Answer(Result::kDone, "");
  const Mode was = FindService(before, order.service)->mode;
  if (was == is->mode) return answer;
  answer.changes = {ModeChange(order.service, was, is->mode)};
  PutIntoForce(std::make_shared<Policy>(std::move(after), *policy_), adopt);
  return answer;
}

void Reloader::PutIntoForce(std::shared_ptr<const Policy> policy, const Adopt& adopt) {
  adopt(policy);
  policy_ = std::move(policy);
}

}  // namespace synsplice
