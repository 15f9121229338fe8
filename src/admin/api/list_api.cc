#include "admin/api/list_api.h"

#include <fmt/format.h>

#include <variant>

#include "admin/views.h"
#include "text/printable.h"

namespace synsplice {
namespace {

constexpr uint64_t kLongestTtl = uint64_t{10} * 365 * 86400;  // seconds
constexpr uint64_t kMostOfPage = 1000;

// What the parameters say; those that are not there are empty.
struct ListQuery {
  std::string list;
  std::optional<Prefix> prefix, after;
  std::optional<Address> address;
  std::optional<Seconds> ttl;
  uint64_t limit = 100;
  bool all = false;
};

using Sentence = std::string;  // empty: nothing is wrong

Sentence ReadPrefix(const std::string& name, const std::string& text, std::optional<Prefix>& to) {
  to = ParseListed(text);
  return to ? Sentence() : fmt::format("{}: {} is no address or network", name, text);
}

Sentence ReadAddress(const std::string& text, std::optional<Address>& to) {
  to = ParseAddress(text);
  return to ? Sentence() : fmt::format("address: {} is no address", text);
}

Sentence ReadBounded(const std::string& name, const std::string& text, uint64_t most,
                     uint64_t& to) {
  if (ReadNumber(text, to) && to >= 1 && to <= most) return {};
  return fmt::format("{}: {} is no number from 1 to {}", name, text, most);
}

Sentence ReadParameter(const std::string& name, const std::string& text, ListQuery& query) {
  uint64_t number = 0;
  if (name == "prefix") return ReadPrefix(name, text, query.prefix);
  if (name == "after") return ReadPrefix(name, text, query.after);
  if (name == "address") return ReadAddress(text, query.address);
  if (name == "limit") return ReadBounded(name, text, kMostOfPage, query.limit);
  if (name == "list") return query.list = text, Sentence();
  if (name == "all") return query.all = text == "1", Sentence();
  if (name != "ttl") return fmt::format("there is no parameter {}", name);
  Sentence sentence = ReadBounded(name, text, kLongestTtl, number);
  query.ttl = Seconds(number);
  return sentence;
}

Sentence Read(const ApiRequest& request, ListQuery& query) {
  for (const auto& [name, text] : request.query) {
    if (Sentence sentence = ReadParameter(name, text, query); !sentence.empty()) return sentence;
  }
  return {};
}

JsonValue ViewOf(const Prefix& prefix, const ListEntry& entry) {
  return {{"prefix", ToString(prefix)},
          {"expires", entry.expires ? JsonValue(TimeText(*entry.expires)) : JsonValue()},
          {"banned_by", entry.banned_by.empty() ? JsonValue() : JsonValue(entry.banned_by)}};
}

ApiResponse BadRequest(const std::string& detail) { return Problem(400, "Bad Request", detail); }

ApiResponse Page(const ListBook& book, const ListQuery& query) {
  const auto entries = book.Entries(query.list, query.after, query.limit);
  if (!entries) return BadRequest(fmt::format("list: there is no list '{}'", query.list));
  JsonValue views = JsonValue::array();
  for (const auto& [prefix, entry] : *entries) views.push_back(ViewOf(prefix, entry));
  const bool full = entries->size() == query.limit;
  return JsonResponse({{"list", query.list},
                       {"entries", views},
                       {"next", full ? JsonValue(ToString(entries->back().first)) : JsonValue()}});
}

ApiResponse Test(const ListBook& book, const ListQuery& query) {
  if (!query.address) return BadRequest("address: say which");
  JsonValue views = JsonValue::array();
  for (const ListMatch& match : book.Test(*query.address)) {
    JsonValue view = {{"list", match.list}, {"tier", NameOf(match.tier)}};
    view.update(ViewOf(match.prefix, match.entry.value_or(ListEntry())));
    view["from"] = match.entry ? "entry" : "file";
    views.push_back(view);
  }
  return JsonResponse({{"address", ToString(*query.address)}, {"matches", views}});
}

// What was changed, for the answer; or why nothing was.
using Outcome = std::variant<JsonValue, Sentence>;

Outcome Add(ListBook& book, const ListQuery& query, Time now) {
  if (!query.prefix) return Sentence("prefix: say which");
  ListEntry entry;
  if (query.ttl) entry.expires = now + *query.ttl;
  if (Sentence why = book.Add(query.list, *query.prefix, entry); !why.empty()) return why;
  JsonValue view = {{"list", query.list}};
  view.update(ViewOf(*query.prefix, entry));
  return view;
}

Outcome Remove(ListBook& book, const ListQuery& query) {
  if (query.prefix.has_value() == query.all) return Sentence("say a prefix, or all=1");
  size_t removed = 1;
  Sentence why =
      query.all ? book.Flush(query.list, removed) : book.Remove(query.list, *query.prefix);
  if (!why.empty()) return why;
  return JsonValue{{"list", query.list}, {"removed", removed}};
}

std::string TextOf(const ListQuery& query) {
  const std::string list = Printable(query.list);
  if (query.all) return list + " all";
  return query.prefix ? list + ' ' + ToString(*query.prefix) : list;
}

ApiResponse Change(const ListDesk& desk, const ApiRequest& request, const ListQuery& query,
                   Time now, const ListAudit& audit) {
  if (request.role < Role::kOperate) {
    return Problem(403, "Forbidden", "only operators may change lists");
  }
  const bool adds = request.method == "POST";
  const Outcome outcome = adds ? Add(desk.book, query, now) : Remove(desk.book, query);
  const auto* why = std::get_if<Sentence>(&outcome);
  if (!why) desk.changed();
  audit(fmt::format("{} {} list {}: {}", request.who, adds ? "adds to" : "takes off", TextOf(query),
                    why ? Printable(*why) : "done"),
        query.prefix);
  return why ? BadRequest(*why) : JsonResponse(std::get<JsonValue>(outcome));
}

}  // namespace

ApiResponse AnswerAboutLists(const ListDesk& desk, const ApiRequest& request, Time now,
                             const ListAudit& audit) {
  ListQuery query;
  if (const Sentence sentence = Read(request, query); !sentence.empty()) {
    return BadRequest(sentence);
  }
  if (request.method == "POST" || request.method == "DELETE") {
    return Change(desk, request, query, now, audit);
  }
  return request.path == "/v1/lists/test" ? Test(desk.book, query) : Page(desk.book, query);
}

}  // namespace synsplice
