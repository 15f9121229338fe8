#include "admin/events/list_events.h"

#include <algorithm>

#include "admin/events/event_maker.h"

namespace synsplice {
namespace {

constexpr Seconds kAgain{60};
constexpr size_t kMostTold = 1000;  // clients of a minute

}  // namespace

bool ListEvents::IsToTell(const ClientNote& note, Time now) {
  if (now - begun_ >= kAgain) {
    told_.clear();
    begun_ = now;
  }
  const auto known = told_.find(note.client);
  const ListMask list = MaskOf(note.list);
  if (known != told_.end() && (known->second & list) != 0) return false;
  if (told_.size() >= kMostTold || !budget_.Take(now)) return false;
  told_[note.client] |= list;
  return true;
}

JsonValue HitEvent(Time now, const ClientNote& note, const Snapshot& snapshot) {
  JsonValue more = {{"client_ip", ToString(note.client)}};
  if (note.service < snapshot.services.size()) {
    more["service"] = snapshot.services[note.service].name;
  }
  const auto list = std::ranges::find(snapshot.lists, note.list, &ListState::id);
  const bool known = list != snapshot.lists.end();
  more["list"] = {{"action", "hit"},
                  {"name", known ? list->name : ""},
                  {"tier", NameOf(known ? list->tier : Tier::kNone)}};
  return EventOf(now, "list", more);
}

JsonValue BanEvent(Time now, const Address& client, const ListBook::Ban& ban) {
  return EventOf(now, "list",
                 {{"client_ip", ToString(client)},
                  {"service", ban.entry.banned_by},
                  {"list",
                   {{"action", "ban"},
                    {"name", ban.list},
                    {"tier", NameOf(ban.tier)},
                    {"prefix", ToString(ban.prefix)},
                    {"expires", TimeText(*ban.entry.expires)}}}});
}

JsonValue UnbanEvent(Time now, const ListBook::Expired& expired) {
  return EventOf(
      now, "list",
      {{"service", expired.entry.banned_by},
       {"list",
        {{"action", "unban"}, {"name", expired.list}, {"prefix", ToString(expired.prefix)}}}});
}

}  // namespace synsplice
