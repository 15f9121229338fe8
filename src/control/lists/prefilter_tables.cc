#include "control/lists/prefilter_tables.h"

#include <algorithm>
#include <cerrno>

namespace synsplice {
namespace {

// So many are added while nobody else gets the lock of the pre-filter: some milliseconds.
constexpr size_t kPiece = 8192;
// To bring all tables again costs seconds.
constexpr std::chrono::seconds kRetry{30};

}  // namespace

void PrefilterTables::Replace(Kernel& kernel, Table table, std::vector<ListedPrefix> prefixes) {
  if (prefixes.empty()) {
    kernel.Clear(table);
    states_[table] = {};
  } else {
    states_[table].pending = std::move(prefixes);
  }
}

bool PrefilterTables::Work(Kernel& kernel, SteadyTime now) {
  for (size_t i = 0; i < kCount; ++i) {
    turn_ = static_cast<Table>((turn_ + 1) % kCount);
    if (states_[turn_].IsIdle() || MustWait(turn_)) continue;
    if (!Fill(kernel, turn_)) Fail(kernel, now);
    return true;
  }
  return false;
}

// Files alone would block whom an entry allows.
bool PrefilterTables::MustWait(Table table) const {
  const State& entries = states_[kEntries];
  return table == kFiles && !entries.IsIdle() && !entries.is_used;
}

bool PrefilterTables::Fill(Kernel& kernel, Table table) {
  State& state = states_[table];
  if (state.filling.empty()) {
    if (!kernel.Begin(table, state.pending.size())) return false;
    state.filling = std::exchange(state.pending, {});
    state.done = 0;
  }
  const auto rest = std::span<const ListedPrefix>(state.filling).subspan(state.done);
  const auto piece = rest.first(std::min(rest.size(), kPiece));
  if (!kernel.Add(table, piece)) return false;
  state.done += piece.size();
  if (state.done < state.filling.size()) return true;
  kernel.Use(table);
  state.filling = {};
  state.is_used = true;
  return true;
}

void PrefilterTables::Fail(Kernel& kernel, SteadyTime now) {
  error_ = errno;
  retry_at_ = now + kRetry;
  for (const Table table : {kEntries, kFiles}) Replace(kernel, table, {});
}

bool PrefilterTables::AreWhole() const {
  return std::ranges::all_of(states_, [](const State& s) { return s.is_used || s.IsIdle(); });
}

bool PrefilterTables::WantsAll(SteadyTime now) {
  if (!retry_at_ || now < *retry_at_) return false;
  retry_at_.reset();
  return true;
}

}  // namespace synsplice
