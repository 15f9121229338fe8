// The lists as control knows them: what files say, and entries that come and go.
//
// Any thread may ask and change. What is to be published is built aside, by one thread, when it has
// changed: a table of a million prefixes takes some tenths of a second, one of entries a few
// milliseconds.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "control/lists/list_check.h"
#include "control/lists/list_entry.h"
#include "synsplice/lists/list_table.h"
#include "synsplice/policy/policy.h"

namespace synsplice {

class ListBook {
 public:
  static constexpr size_t kMostEntries = 1u << 16;  // of all lists together
  // Of these, such as a service's limit has put in: whatever clients do, operators find room.
  static constexpr size_t kMostBans = kMostEntries / 2;

  // Another configuration is in force. Entries stay with the list of their name; those of a list
  // that has gone are kept for when it comes back.
  // `in_files`: what the file of each says.
  void Adopt(const InFiles& in_files, const Policy& policy);

  bool empty() const;
  std::vector<ListState> States() const;
  // The entries behind `after`, at most so many. nullopt: there is no such list.
  std::optional<std::vector<std::pair<Prefix, ListEntry>>> Entries(
      const std::string& list, const std::optional<Prefix>& after, size_t most) const;
  // All that hold the address: the one that counts for a service that looks at it comes first.
  std::vector<ListMatch> Test(const Address& address) const;

  // A client is over a limit of a service: he, or his network, goes on its list for the time that
  // it says. nullopt: he is there already, nothing says so, or there is no room.
  struct Ban {
    std::string list;
    Tier tier;
    Prefix prefix;
    ListEntry entry;
  };
  enum class Limit : uint8_t { kConnlimit, kAccepts };
  struct Offence {
    uint16_t service;  // its number
    Limit limit;
    Address client;
  };
  std::optional<Ban> BanClient(const Offence& offence, Time now);
  // How often there was no room for one.
  uint64_t bans_refused() const;

  // What changes something answers why not; empty: done.
  std::string Add(const std::string& list, const Prefix& prefix, const ListEntry& entry);
  std::string Remove(const std::string& list, const Prefix& prefix);
  std::string Flush(const std::string& list, size_t& removed);
  // One that a file has from before: a list that there is not may come back.
  std::string Restore(const std::string& list, const Prefix& prefix, const ListEntry& entry);

  // Entries that are over by `now`, which are on no list any more. One that a service's limit has
  // put in stays for as long as `is_attacked(service)`.
  struct Expired {
    std::string list;
    Prefix prefix;
    ListEntry entry;
  };
  template <typename IsAttacked>
  std::vector<Expired> Expire(Time now, IsAttacked&& is_attacked);

  // What is on the lists: files are shared, entries copied.
  struct Contents {
    std::vector<std::shared_ptr<const Prefixes>> files;
    std::vector<Prefixes> entries;
    std::vector<ListId> ids;
    bool files_changed = false;

    std::vector<PrefixTable::Source> FileSources() const;
    std::vector<PrefixTable::Source> EntrySources() const;
  };

  // What is to be published, if it has changed since the call before. One thread.
  struct Change {
    ListTable table;
    Contents contents;           // that the table is made of
    bool may_block = false;      // clients that were not blocked before
    bool has_old_files = false;  // of the table: those of `contents` were refused
    std::string error;           // the table stays as it was
  };
  std::optional<Change> Build();
  // What Build has answered, or was about to, was not published: it comes with the next one.
  void BuildAgain();

  // For a file that outlives a restart, those of lists that have gone included.
  std::vector<std::pair<std::string, ListEntries>> AllEntries() const;
  // Whether they are others than at the call before.
  bool TakeUnsaved();

 private:
  struct List {
    ListConfig config;
    ListId id = 0;
    std::shared_ptr<const Prefixes> in_file;
    ListEntries entries;
  };

  // What a limit does with those who are over it.
  struct Overload {
    std::string list;  // empty: nothing
    Seconds ban_time;
    uint8_t prefix_length_v4, prefix_length_v6;

    template <typename Of>
    explicit Overload(const Of& limit)
        : list(limit.overload),
          ban_time(limit.ban_time),
          prefix_length_v4(limit.prefix_length_v4),
          prefix_length_v6(limit.prefix_length_v6) {}
  };
  // A service's, by its number.
  struct Limits {
    std::string service;
    Overload connlimit, accepts;
  };

  // REQUIRES: the mutex is held.
  bool IsSame(const std::vector<ListConfig>& lists, const InFiles& in_files) const;
  List* Find(const std::string& name);
  const List* Find(const std::string& name) const;
  void KeepGone(std::vector<List>& before);
  void Count(const ListEntry& entry, int by);
  void Recount();
  void NoteChange(const List& list, bool adds);

  // False: nothing has changed.
  bool TakeContents(Change& change);

  mutable std::mutex mutex_;
  std::vector<List> lists_;  // in the order of the configuration
  std::vector<Limits> limits_;
  std::map<std::string, ListEntries> gone_;  // of lists that there are no more, while they are few
  size_t entries_ = 0, bans_ = 0;            // bans are entries as well
  uint64_t bans_refused_ = 0;
  bool has_old_files_ = false;  // of Build
  bool files_changed_ = false, entries_changed_ = false, may_block_ = false, unsaved_ = false;
  ListTable latest_;  // the builder's
};

template <typename IsAttacked>
std::vector<ListBook::Expired> ListBook::Expire(Time now, IsAttacked&& is_attacked) {
  std::vector<Expired> expired;
  const std::lock_guard lock(mutex_);
  for (List& list : lists_) {
    for (auto at = list.entries.begin(); at != list.entries.end();) {
      const ListEntry& entry = at->second;
      const bool over = entry.expires && *entry.expires <= now;
      if (!over || (!entry.banned_by.empty() && is_attacked(entry.banned_by))) {
        ++at;
        continue;
      }
      expired.push_back({list.config.name, at->first, entry});
      Count(entry, -1);
      NoteChange(list, false);
      at = list.entries.erase(at);
    }
  }
  return expired;
}

}  // namespace synsplice
