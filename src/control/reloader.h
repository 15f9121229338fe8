// Which configuration is in force, and how another one follows it while the appliance runs.
//
// All or nothing: what is wrong, or takes a restart, changes nothing. One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "control/config_change.h"
#include "control/config_loader.h"
#include "control/config_order.h"
#include "synsplice/policy/policy.h"

namespace synsplice {

class Reloader {
 public:
  // Puts a policy into force. The one before may be looked at for a while yet: who adopts keeps it.
  using Adopt = std::function<void(std::shared_ptr<const Policy>)>;

  // The start's: `file` as it was read, its secret loaded. "-": there is no file to read again.
  Reloader(std::string file, std::string text, ApplianceConfig config);

  const ApplianceConfig& config() const { return current_.config; }
  const std::shared_ptr<const Policy>& policy() const { return policy_; }
  ConfigState state() const;

  // `now` tells how much time has passed between two calls.
  ConfigAnswer Serve(const ConfigOrder& order, Time now, const Adopt& adopt);

  // What nobody has confirmed in time is taken back.
  bool IsOverdue(Time now) const { return confirm_until_ && now >= *confirm_until_; }

 private:
  struct Version {
    std::string text;
    ApplianceConfig config;
    bool from_file = true;
  };

  ConfigAnswer Load(const ConfigOrder& order, Time now, const Adopt& adopt);
  ConfigAnswer Rollback(Time now, const Adopt& adopt);
  ConfigAnswer Confirm();
  ConfigAnswer Drain(const ConfigOrder& order, const Adopt& adopt);
  ConfigAnswer Switch(const ConfigOrder& order, const Adopt& adopt);
  void PutIntoForce(std::shared_ptr<const Policy> policy, const Adopt& adopt);
  ConfigAnswer Change(Version next, const ConfigOrder& order, Time now, const Adopt& adopt);
  ConfigAnswer Answer(ConfigAnswer::Result result, std::string sentence) const {
    return {result, std::move(sentence), number_, {}};
  }

  const std::string file_;
  Version current_;
  std::optional<Version> previous_;
  uint64_t number_ = 1;
  ModeSwitches switched_;  // until another version comes
  std::shared_ptr<const Policy> policy_;
  std::optional<Time> loaded_, confirm_until_;
  std::string failure_;
};

}  // namespace synsplice
