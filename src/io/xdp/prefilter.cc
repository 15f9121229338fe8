#include "io/xdp/prefilter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "control/buffer_plan.h"

namespace synsplice {
namespace {

using std::chrono::steady_clock;

constexpr uint64_t kSecond = 1'000'000'000;  // ns

PrefilterSettings SettingsOf(const PrefilterConfig& config, bool lists_block) {
  PrefilterSettings settings{};
  settings.on = lists_block || config.syns_per_second != 0;
  if (config.syns_per_second == 0) return settings;
  settings.interval_ns = kSecond / config.syns_per_second;
  settings.burst_ns = settings.interval_ns * (config.burst - 1);
  return settings;
}

bool AnyBlocks(const ListBook::Change& change) {
  return std::ranges::any_of(change.contents.ids,
                             [&](ListId id) { return change.table.tiers[id] == Tier::kBlock; });
}

}  // namespace

std::string WhyNoPrefilter(const PortsConfig& ports) {
  if (ports.prefilter.enabled == PrefilterConfig::Use::kOff)
    return "ports.prefilter.enabled is off";
  return IsAfXdp(ports.outside) ? "" : "the outside port is no AF_XDP port";
}

void Prefilter::Attach(PrefilterMaps maps) {
  if (!maps.ok() || !WhyNoPrefilter(ports_).empty()) return;
  const std::lock_guard lock(mutex_);
  maps_ = std::move(maps);
  Guard();
  Set();
}

void Prefilter::Detach() {
  const std::lock_guard lock(mutex_);
  if (!maps_.ok()) return;
  maps_.Empty();
  counted_.Add(maps_.Read(policy_ ? policy_->service_count() : 0));
  tables_ = {};
  has_budgets_ = false;
  files_missing_ = true;
  guarded_.clear();
  maps_ = {};
}

void Prefilter::Adopt(std::shared_ptr<const Policy> policy) {
  const std::lock_guard lock(mutex_);
  policy_ = std::move(policy);
  Guard();
  Set();
}

void Prefilter::SetChallenged(std::vector<bool> challenged) {
  const std::lock_guard lock(mutex_);
  if (challenged == challenged_) return;
  challenged_ = std::move(challenged);
  Guard();
}

void Prefilter::Guard() {
  if (!maps_.ok() || !policy_) return;
  std::vector<GuardedEndpoint> next = GuardedEndpoints(*policy_, challenged_);
  std::ranges::sort(next, {}, &GuardedEndpoint::endpoint);
  for (const GuardedEndpoint& before : guarded_) {
    if (!std::ranges::binary_search(next, before.endpoint, {}, &GuardedEndpoint::endpoint)) {
      maps_.Remove(before.endpoint);
    }
  }
  for (const GuardedEndpoint& guarded : next) maps_.Put(guarded);
  guarded_ = std::move(next);
}

void Prefilter::Set() {
  if (!maps_.ok() || !policy_) return;
  maps_.Set(SettingsOf(ports_.prefilter, AnyListBlocks(policy_->config())));
}

// Of lists that do not block only budgets want to know. Tables that are not in step with what the
// core goes by would be others than its own.
void Prefilter::Follow(const ListBook::Change& change) {
  const std::lock_guard lock(mutex_);
  if (!maps_.ok() || tables_.HasFailed()) return;
  const bool matters = AnyBlocks(change) || ports_.prefilter.syns_per_second != 0;
  if (!matters || !change.error.empty()) return ForgetLists();
  const auto replace = [&](PrefilterTables::Table table, const auto& sources) {
    tables_.Replace(maps_, table, ListedPrefixes(sources, change.table.tiers));
  };
  replace(PrefilterTables::kEntries, change.contents.EntrySources());
  if (change.has_old_files || !(change.contents.files_changed || files_missing_)) return;
  replace(PrefilterTables::kFiles, change.contents.FileSources());
  files_missing_ = false;
  SetBudgets();
}

void Prefilter::ForgetLists() {
  for (const auto table : {PrefilterTables::kEntries, PrefilterTables::kFiles}) {
    tables_.Replace(maps_, table, {});
  }
  files_missing_ = true;
  SetBudgets();
}

// They need the lists that allow.
void Prefilter::SetBudgets() {
  if (!maps_.ok() || ports_.prefilter.syns_per_second == 0) return;
  if (files_missing_) {
    if (std::exchange(has_budgets_, false)) maps_.TakeBudgets();
  } else if (!has_budgets_ && tables_.AreWhole()) {
    has_budgets_ = true;
    if (!maps_.MakeBudgets()) Fail("budgets of sources", errno);
  }
}

bool Prefilter::Work() {
  const std::lock_guard lock(mutex_);
  const bool has_worked = tables_.Work(maps_, steady_clock::now());
  if (const int error = tables_.TakeError(); error != 0) {
    Fail("tables of lists", error);
    files_missing_ = true;
  }
  SetBudgets();
  return has_worked;
}

bool Prefilter::WantsAll() {
  const std::lock_guard lock(mutex_);
  return tables_.WantsAll(steady_clock::now());
}

std::optional<PrefilterCounts> Prefilter::Counts() const {
  if (!WhyNoPrefilter(ports_).empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  PrefilterCounts counts = counted_;
  if (maps_.ok() && policy_) counts.Add(maps_.Read(policy_->service_count()));
  return counts;
}

uint64_t Prefilter::DroppedBytes() const {
  const std::lock_guard lock(mutex_);
  return counted_.bytes + (maps_.ok() ? maps_.ReadBytes() : 0);
}

void Prefilter::Fail(const char* what, int error) {
  trouble_ = fmt::format("the kernel takes no {}: {}", what, std::strerror(error));
}

std::string Prefilter::TakeTrouble() {
  const std::lock_guard lock(mutex_);
  return std::exchange(trouble_, {});
}

}  // namespace synsplice
