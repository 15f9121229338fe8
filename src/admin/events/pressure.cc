#include "admin/events/pressure.h"

#include <algorithm>

namespace synsplice {
namespace {

struct Table {
  const char* name;
  Usage Snapshot::*usage;
};
constexpr std::array<Table, 4> kTables = {{{"flow_table", &Snapshot::flows},
                                           {"handshake_slots", &Snapshot::handshakes},
                                           {"connlimit_table", &Snapshot::connlimit_places},
                                           {"mbufs", &Snapshot::buffers}}};

bool Reaches(const Usage& usage, unsigned percent) {
  return usage.capacity != 0 && usage.used * 100 >= usage.capacity * percent;
}

}  // namespace

void Pressure::Look(const Snapshot& before, const Snapshot& now, const Tell& tell) {
  LookAtTables(now, tell);
  LookAtDrops(before, now, tell);
}

void Pressure::LookAtTables(const Snapshot& now, const Tell& tell) {
  for (size_t i = 0; i < kTables.size(); ++i) {
    const Usage& usage = now.*kTables[i].usage;
    const bool full = Reaches(usage, full_[i] ? kCalmPercent : kFullPercent);
    if (full == full_[i]) continue;
    full_[i] = full;
    tell("table", {{"table",
                    {{"name", kTables[i].name},
                     {"state", full ? "full" : "calm"},
                     {"used", usage.used},
                     {"capacity", usage.capacity}}}});
  }
}

void Pressure::LookAtDrops(const Snapshot& before, const Snapshot& now, const Tell& tell) {
  const double seconds =
      std::max(static_cast<double>((now.taken - before.taken).count()) / 1000, 0.001);
  for (size_t i = 0; i < kReasonCount; ++i) {
    const uint64_t total = now.statistics.drops[i];
    const double rate = static_cast<double>(total - before.statistics.drops[i]) / seconds;
    if (rate < kManyDrops || (told_[i] && now.taken - *told_[i] < kQuiet)) continue;
    told_[i] = now.taken;
    tell("drop", {{"reason", Label(static_cast<Reason>(i))},
                  {"drop", {{"per_second", static_cast<int64_t>(rate)}, {"total", total}}}});
  }
}

}  // namespace synsplice
