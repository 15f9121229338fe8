// Floods of what belongs to no connection, from their beginning to their end, by service and kind
// (rule 46).
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "admin/json_value.h"
#include "admin/snapshot.h"

namespace synsplice {

class StrayAttacks {
 public:
  // How often one hears of a flood that goes on.
  static constexpr Seconds kUpdate{10};

  // `type` of an event and what is in it.
  using Tell = std::function<void(const char* type, JsonValue more)>;

  // Looks at what has changed since `before`.
  void Look(const Snapshot& before, const Snapshot& now, const Tell& tell);

 private:
  // A flood under way.
  struct Attack {
    Time begun, told;
    uint64_t frames_before;  // that there had been when it began
    double peak = 0;         // frames per second
  };
  using Attacks = std::array<std::optional<Attack>, kStrayKinds>;

  void LookAtKind(size_t service, size_t kind, const Snapshot& before, const Snapshot& now,
                  const Tell& tell);

  std::vector<Attacks> attacks_;  // by service
};

}  // namespace synsplice
