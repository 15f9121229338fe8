#include "admin/events/stray_attacks.h"

#include <algorithm>
#include <cmath>

namespace synsplice {

void StrayAttacks::Look(const Snapshot& before, const Snapshot& now, const Tell& tell) {
  attacks_.resize(before.services.size());
  for (size_t i = 0; i < attacks_.size(); ++i) {
    for (size_t kind = 0; kind < kStrayKinds; ++kind) LookAtKind(i, kind, before, now, tell);
  }
}

void StrayAttacks::LookAtKind(size_t service, size_t kind, const Snapshot& before,
                              const Snapshot& now, const Tell& tell) {
  const ServiceState& state = now.services[service];
  const auto& [per_second, is_attack] = state.strays[kind];
  std::optional<Attack>& attack = attacks_[service][kind];
  const bool begins = is_attack && !attack;
  if (begins) {
    const StrayCounts earlier = StrayCountsOf(before.services[service].statistics);
    attack = Attack{before.taken, now.taken, earlier[kind]};
  }
  if (!attack) return;
  attack->peak = std::max(attack->peak, per_second);
  const bool updates = is_attack && !begins && now.taken - attack->told >= kUpdate;
  if (is_attack && !begins && !updates) return;
  const double seconds = static_cast<double>((now.taken - attack->begun).count()) / 1000;
  const uint64_t frames = StrayCountsOf(state.statistics)[kind] - attack->frames_before;
  const double mean = static_cast<double>(frames) / std::max(seconds, 0.001);
  const char* type = begins ? "attack_start" : updates ? "attack_update" : "attack_end";
  tell(type, {{"service", state.name},
              {"kind", kStrayKindNames[kind]},
              {type,
               {{"frames_per_second", std::llround(per_second)},
                {"peak_frames_per_second", std::llround(attack->peak)},
                {"mean_frames_per_second", std::llround(mean)},
                {"duration_s", std::llround(seconds)}}}});
  attack->told = now.taken;
  if (!is_attack) attack.reset();
}

}  // namespace synsplice
