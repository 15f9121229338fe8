// What is on lists, one by one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "synsplice/base/address.h"
#include "synsplice/base/time.h"
#include "synsplice/lists/list_table.h"

namespace synsplice {

// An entry that is no file's.
struct ListEntry {
  std::optional<Time> expires;  // UTC; nullopt: never
  std::string banned_by;        // service whose limit has put it in; empty: an operator did

  bool operator==(const ListEntry&) const = default;
};

struct ByBits {
  bool operator()(const Prefix& a, const Prefix& b) const {
    return a.address != b.address ? a.address < b.address : a.length < b.length;
  }
};
using ListEntries = std::map<Prefix, ListEntry, ByBits>;

// One list, without what is on it.
struct ListState {
  std::string name;
  ListId id = 0;
  Tier tier = Tier::kNone;
  std::string file = {};
  uint64_t in_file = 0, entries = 0;
  uint64_t hits = 0;  // not the book's: what workers have counted
};

// A list that holds an address, by its longest prefix there.
struct ListMatch {
  std::string list;
  Tier tier;
  Prefix prefix;
  std::optional<ListEntry> entry;  // nullopt: the file's
};

}  // namespace synsplice
