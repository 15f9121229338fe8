#include "control/lists/list_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace synsplice {
namespace {

std::string NoList(const std::string& name) { return fmt::format("there is no list '{}'", name); }

using Source = PrefixTable::Source;

// The longest one that holds the address.
template <typename Range, typename PrefixOf>
std::optional<Prefix> LongestOf(const Range& range, const Address& address, PrefixOf prefix_of) {
  std::optional<Prefix> longest;
  for (const auto& item : range) {
    const Prefix& prefix = prefix_of(item);
    if (longest && prefix.length <= longest->length) continue;
    if (prefix.Contains(address)) longest = prefix;
  }
  return longest;
}

}  // namespace

// Nothing else would come of what they say.
bool ListBook::IsSame(const std::vector<ListConfig>& lists, const InFiles& in_files) const {
  if (lists.size() != lists_.size()) return false;
  for (size_t i = 0; i < lists.size(); ++i) {
    if (lists[i] != lists_[i].config || in_files[i] != lists_[i].in_file) return false;
  }
  return true;
}

void ListBook::Adopt(const InFiles& in_files, const Policy& policy) {
  const std::vector<ListConfig>& lists = policy.config().lists;
  const std::lock_guard lock(mutex_);
  limits_.clear();
  for (size_t i = 0; i < policy.service_count(); ++i) {
    const ServiceConfig& service = policy.service(i);
    limits_.push_back(
        {service.name, Overload(service.connlimit), Overload(service.accept_limit_per_source)});
  }
  // Another mode may have made a list block.
  if (!lists.empty()) entries_changed_ = may_block_ = true;
  if (IsSame(lists, in_files)) return;
  std::vector<List> before = std::exchange(lists_, {});
  for (size_t i = 0; i < lists.size(); ++i) {
    const ListConfig& list = lists[i];
    List& added = lists_.emplace_back(List{list, policy.ListNumber(list.name), in_files[i], {}});
    const auto old =
        std::ranges::find(before, list.name, [](const List& b) { return b.config.name; });
    if (old != before.end()) {
      added.entries = std::exchange(old->entries, {});
    } else if (auto kept = gone_.extract(list.name)) {
      added.entries = std::move(kept.mapped());
    }
  }
  KeepGone(before);
  Recount();
  files_changed_ = entries_changed_ = may_block_ = unsaved_ = true;
}

// What a rollback would miss. No more of it than of all others: whoever renames lists again and
// again does not fill the memory.
void ListBook::KeepGone(std::vector<List>& before) {
  size_t kept = 0;
  for (const auto& [name, entries] : gone_) kept += entries.size();
  for (List& list : before) {
    if (list.entries.empty() || kept + list.entries.size() > kMostEntries) continue;
    kept += list.entries.size();
    gone_[list.config.name] = std::move(list.entries);
  }
}

void ListBook::Count(const ListEntry& entry, int by) {
  entries_ += static_cast<size_t>(by);
  if (!entry.banned_by.empty()) bans_ += static_cast<size_t>(by);
}

void ListBook::Recount() {
  entries_ = bans_ = 0;
  for (const List& list : lists_) {
    for (const auto& [prefix, entry] : list.entries) Count(entry, 1);
  }
}

ListBook::List* ListBook::Find(const std::string& name) {
  const auto found = std::ranges::find(lists_, name, [](const List& l) { return l.config.name; });
  return found == lists_.end() ? nullptr : &*found;
}

const ListBook::List* ListBook::Find(const std::string& name) const {
  return const_cast<ListBook*>(this)->Find(name);
}

bool ListBook::empty() const {
  const std::lock_guard lock(mutex_);
  return lists_.empty();
}

std::vector<ListState> ListBook::States() const {
  const std::lock_guard lock(mutex_);
  std::vector<ListState> states;
  for (const auto& [config, id, in_file, entries] : lists_) {
    states.push_back({config.name, id, config.tier, config.file, in_file->size(), entries.size()});
  }
  return states;
}

std::optional<std::vector<std::pair<Prefix, ListEntry>>> ListBook::Entries(
    const std::string& name, const std::optional<Prefix>& after, size_t most) const {
  const std::lock_guard lock(mutex_);
  const List* list = Find(name);
  if (!list) return std::nullopt;
  std::vector<std::pair<Prefix, ListEntry>> page;
  auto at = after ? list->entries.upper_bound(*after) : list->entries.begin();
  for (; at != list->entries.end() && page.size() < most; ++at) page.push_back(*at);
  return page;
}

std::vector<ListMatch> ListBook::Test(const Address& address) const {
  const std::lock_guard lock(mutex_);
  std::vector<ListMatch> matches;
  for (const List& list : lists_) {
    const auto entry = LongestOf(list.entries, address, [](const auto& e) { return e.first; });
    if (entry) {
      matches.push_back({list.config.name, list.config.tier, *entry, list.entries.at(*entry)});
    }
    const auto prefix = LongestOf(*list.in_file, address, [](const Prefix& p) { return p; });
    if (prefix) matches.push_back({list.config.name, list.config.tier, *prefix, std::nullopt});
  }
  std::ranges::stable_sort(matches, [](const ListMatch& a, const ListMatch& b) {
    if (a.entry.has_value() != b.entry.has_value()) return a.entry.has_value();
    return a.prefix.length > b.prefix.length;
  });
  return matches;
}

void ListBook::NoteChange(const List& list, bool adds) {
  entries_changed_ = unsaved_ = true;
  may_block_ |= adds && list.config.tier == Tier::kBlock;
}

std::string ListBook::Add(const std::string& name, const Prefix& prefix, const ListEntry& entry) {
  const std::lock_guard lock(mutex_);
  List* list = Find(name);
  if (!list) return NoList(name);
  const auto [at, is_new] = list->entries.try_emplace(prefix, entry);
  if (is_new && entries_ >= kMostEntries) {
    list->entries.erase(at);
    return fmt::format("there are {} entries already, no more are taken", kMostEntries);
  }
  if (!is_new) Count(at->second, -1);
  at->second = entry;
  Count(entry, 1);
  NoteChange(*list, true);
  return {};
}

std::optional<ListBook::Ban> ListBook::BanClient(const Offence& offence, Time now) {
  const std::lock_guard lock(mutex_);
  if (offence.service >= limits_.size()) return std::nullopt;
  const auto& [name, connlimit, accepts] = limits_[offence.service];
  const Overload& limit = offence.limit == Limit::kConnlimit ? connlimit : accepts;
  List* list = Find(limit.list);
  if (!list) return std::nullopt;
  const Address& client = offence.client;
  const uint8_t length = client.IsV4() ? limit.prefix_length_v4 : limit.prefix_length_v6;
  const Prefix prefix{Mask(client, length), length};
  const ListEntry entry{now + limit.ban_time, name};
  const auto known = list->entries.find(prefix);
  if (known != list->entries.end()) {
    const bool prolongs = !known->second.banned_by.empty();
    if (prolongs) known->second = entry;
    unsaved_ |= prolongs;
    return std::nullopt;
  }
  if (bans_ >= kMostBans || entries_ >= kMostEntries) return ++bans_refused_, std::nullopt;
  list->entries.emplace(prefix, entry);
  Count(entry, 1);
  NoteChange(*list, true);
  return Ban{list->config.name, list->config.tier, prefix, entry};
}

std::string ListBook::Remove(const std::string& name, const Prefix& prefix) {
  const std::lock_guard lock(mutex_);
  List* list = Find(name);
  if (!list) return NoList(name);
  const auto found = list->entries.find(prefix);
  if (found == list->entries.end()) {
    return fmt::format("'{}' has no entry {} that was added here", name, ToString(prefix));
  }
  Count(found->second, -1);
  list->entries.erase(found);
  NoteChange(*list, false);
  return {};
}

std::string ListBook::Flush(const std::string& name, size_t& removed) {
  const std::lock_guard lock(mutex_);
  List* list = Find(name);
  if (!list) return NoList(name);
  removed = std::exchange(list->entries, {}).size();
  Recount();
  NoteChange(*list, false);
  return {};
}

std::string ListBook::Restore(const std::string& name, const Prefix& prefix,
                              const ListEntry& entry) {
  std::string why = Add(name, prefix, entry);
  const std::lock_guard lock(mutex_);
  if (!Find(name) && gone_[name].size() < kMostEntries) gone_[name].emplace(prefix, entry);
  return why;
}

uint64_t ListBook::bans_refused() const {
  const std::lock_guard lock(mutex_);
  return bans_refused_;
}

std::vector<std::pair<std::string, ListEntries>> ListBook::AllEntries() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, ListEntries>> all(gone_.begin(), gone_.end());
  for (const List& list : lists_) all.emplace_back(list.config.name, list.entries);
  return all;
}

bool ListBook::TakeUnsaved() {
  const std::lock_guard lock(mutex_);
  return std::exchange(unsaved_, false);
}

void ListBook::BuildAgain() {
  const std::lock_guard lock(mutex_);
  files_changed_ = entries_changed_ = may_block_ = true;
}

std::vector<Source> ListBook::Contents::FileSources() const {
  std::vector<Source> sources;
  for (size_t i = 0; i < ids.size(); ++i) sources.push_back({ids[i], *files[i]});
  return sources;
}

std::vector<Source> ListBook::Contents::EntrySources() const {
  std::vector<Source> sources;
  for (size_t i = 0; i < ids.size(); ++i) sources.push_back({ids[i], entries[i]});
  return sources;
}

bool ListBook::TakeContents(Change& change) {
  const std::lock_guard lock(mutex_);
  if (!files_changed_ && !entries_changed_) return false;
  Contents& contents = change.contents;
  for (const List& list : lists_) {
    contents.ids.push_back(list.id);
    contents.files.push_back(list.in_file);
    Prefixes& own = contents.entries.emplace_back();
    for (const auto& [prefix, entry] : list.entries) own.push_back(prefix);
    latest_.tiers[list.id] = list.config.tier;
  }
  contents.files_changed = std::exchange(files_changed_, false);
  entries_changed_ = false;
  change.may_block = std::exchange(may_block_, false);
  return true;
}

// Takes long, without the lock.
std::optional<ListBook::Change> ListBook::Build() {
  Change change;
  if (!TakeContents(change)) return std::nullopt;
  const Contents& contents = change.contents;
  const auto replace = [&](std::shared_ptr<const PrefixTable>& table, const char* what,
                           const std::vector<Source>& sources) {
    auto next = std::make_shared<PrefixTable>(sources);
    const bool ok = next->ok();
    if (ok) {
      table = std::move(next);
    } else {
      change.error =
          fmt::format("{} of lists overlap in too many ways: the ones before stay", what);
    }
    return ok;
  };
  if (contents.files_changed) {
    has_old_files_ = !replace(latest_.files, "the files", contents.FileSources());
  }
  change.has_old_files = has_old_files_;
  replace(latest_.entries, "the entries", contents.EntrySources());
  change.table = latest_;
  return change;
}

}  // namespace synsplice
