// Tables that fill up, and drops that become many: told once, not for each frame.
#pragma once

#include <array>
#include <functional>
#include <optional>

#include "admin/json_value.h"
#include "admin/snapshot.h"

namespace synsplice {

class Pressure {
 public:
  // A table is full from so much on, and is so no more below the latter.
  static constexpr unsigned kFullPercent = 90, kCalmPercent = 75;
  // So many drops in a second, for one reason, are told; again when a minute has passed.
  static constexpr double kManyDrops = 1000;
  static constexpr Seconds kQuiet{60};

  // `type` of an event and what is in it.
  using Tell = std::function<void(const char* type, JsonValue more)>;

  // Looks at what has changed since `before`.
  void Look(const Snapshot& before, const Snapshot& now, const Tell& tell);

 private:
  void LookAtTables(const Snapshot& now, const Tell& tell);
  void LookAtDrops(const Snapshot& before, const Snapshot& now, const Tell& tell);

  std::array<bool, 4> full_{};
  std::array<std::optional<Time>, kReasonCount> told_{};
};

}  // namespace synsplice
