// Brings lists into the tables of a pre-filter (rule 47), piece by piece: the kernel takes seconds
// for a million prefixes.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "control/lists/prefilter_plan.h"

namespace synsplice {

class PrefilterTables {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  // In the order in which they are asked.
  enum Table : uint8_t { kEntries, kFiles, kCount };

  // Where they are. What answers false has said why in errno.
  class Kernel {
   public:
    virtual ~Kernel() = default;
    // A table beside the one in use, for so many prefixes.
    virtual bool Begin(Table table, size_t prefixes) = 0;
    // To the one that was begun.
    virtual bool Add(Table table, std::span<const ListedPrefix> prefixes) = 0;
    // The one that was begun takes its place.
    virtual void Use(Table table) = 0;
    // None is in use, none is begun.
    virtual void Clear(Table table) = 0;
  };

  // Nothing is cleared at once. What is being filled is filled to its end before the latest one
  // follows: changes that come faster than that keep no table out.
  void Replace(Kernel& kernel, Table table, std::vector<ListedPrefix> prefixes);
  // A piece of it; false: there is nothing to do. A refusal clears all tables: one alone would be
  // another than the core's. Throws std::bad_alloc.
  bool Work(Kernel& kernel, SteadyTime now);

  // Why the kernel has refused something since the call before; 0: it has not.
  int TakeError() { return std::exchange(error_, 0); }
  // Until all tables are brought again nothing is to be brought.
  bool HasFailed() const { return retry_at_.has_value(); }
  // Whether to bring all tables again: once, some time after a refusal.
  bool WantsAll(SteadyTime now);
  // Whether each is in use, be it one before the latest, or is empty.
  bool AreWhole() const;

 private:
  struct State {
    std::vector<ListedPrefix> filling, pending;  // empty: none
    size_t done = 0;                             // of `filling`
    bool is_used = false;

    bool IsIdle() const { return filling.empty() && pending.empty(); }
  };
  bool MustWait(Table table) const;
  bool Fill(Kernel& kernel, Table table);
  void Fail(Kernel& kernel, SteadyTime now);

  std::array<State, kCount> states_;
  Table turn_ = kFiles;
  int error_ = 0;
  std::optional<SteadyTime> retry_at_;
};

}  // namespace synsplice
