// What a client asks about the configuration in force, and what it hears.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/config_change.h"
#include "synsplice/base/time.h"
#include "synsplice/policy/config.h"

namespace synsplice {

struct ConfigOrder {
  enum class Kind : uint8_t {
    kReload,    // the file, read again
    kPut,       // `text` in place of the file
    kConfirm,   // what was to be confirmed stays
    kRollback,  // to the version before
    kDrain,     // `backend` gets no new connections
    kEnable,    // it gets them again
    kSwitch,    // `service` is in `mode` until another configuration comes
  };
  Kind kind = Kind::kReload;
  std::string text = {};
  VlanEndpoint backend = {};
  std::string service = {};
  bool has_mode = false;                 // said which
  std::optional<Mode> mode = {};         // nullopt: what the configuration says
  std::optional<uint64_t> version = {};  // it must be the one in force
  bool dry_run = false;                  // says what it would change
  Seconds confirm{0};                    // goes back by itself unless confirmed within
};

struct ConfigAnswer {
  enum class Result : uint8_t {
    kDone,
    kInvalid,       // the configuration is wrong, or there is none
    kNeedsRestart,  // it is right, but a running appliance cannot follow
    kConflict,      // another version is in force, or there is nothing to confirm or to go back to
  };
  Result result = Result::kDone;
  std::string sentence = {};  // why not; several lines, perhaps
  uint64_t version = 0;       // in force
  std::vector<ConfigChange> changes = {};
};

// What is in force, for whoever looks.
struct ConfigState {
  uint64_t version = 0;
  std::string file;       // "-": standard input
  std::string text;       // YAML; holds no secrets, only where they are
  bool from_file = true;  // `text` is what the file was when it was read
  std::optional<uint64_t> rollback_to = {};
  std::optional<Time> loaded = {};  // when it came into force
  std::optional<Time> confirm_until = {};
  std::string failure = {};  // why the latest reload has failed; empty: it has not
};

}  // namespace synsplice
