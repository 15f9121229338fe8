#include "lists.h"

#include <bit>
#include <span>

namespace synsplice {
namespace {

void Count(Context& context, Listed listed, const Address& client, ListenerId listener) {
  if (listed.list == 0) return;
  context.list_hits[listed.list].Add(1);
  // A flood of those who are blocked is one: their bans last until it is over.
  if (listed.tier == Tier::kBlock) {
    context.flood[context.policy->listener(listener).service].CountSyns(context.second, 1);
  }
  const bool told = listed.tier == Tier::kLog || listed.tier == Tier::kBlock;
  if (!told || !context.list_notes.Take(context.now)) return;
  const uint16_t service = context.policy->listener(listener).service;
  context.notes.Add({ClientNote::Kind::kListed, listed.list, service, client});
}

}  // namespace

// All at once, so that the CPU waits for all of them together; nearly always none is on a list.
void FileListed(Context& context) {
  SynBatch& syns = context.syns;
  const CookieBatch& cookies = syns.cookies;
  static_assert(kMaxBurst == 64);
  uint64_t may = context.lists->MayHold({cookies.words[0], cookies.words[1], cookies.count});
  for (; may != 0; may &= may - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(may));
    const ListenerId listener = SynKind::ListenerOf(syns.syns[i].kind);
    const Listed listed = ListedOf(context, cookies.ClientAt(i), listener);
    if (listed.list == 0) continue;
    if (!syns.any_listed) {
      for (PendingSyn& syn : std::span(syns.syns).first(cookies.count)) syn.listed = {};
    }
    syns.any_listed = true;
    syns.syns[i].listed = listed;
  }
}

void CountListed(Context& context, size_t index) {
  const PendingSyn& syn = context.syns.syns[index];
  if (syn.listed.list == 0) return;
  Address client;
  client.Set(context.syns.cookies.ClientAt(index));
  Count(context, syn.listed, client, SynKind::ListenerOf(syn.kind));
}

bool IsOfBlocked(const Context& context, const Subject& subject) {
  const ListenerId listener = subject.role.listener;
  return ListedOf(context, subject.key.client, listener).tier == Tier::kBlock &&
         !context.IsMonitored(context.policy->listener(listener));
}

bool IsBlocked(Context& context, const Subject& subject) {
  const bool blocked = IsOfBlocked(context, subject);
  if (blocked || IsPlainSyn(subject.packet)) {
    const ListenerId listener = subject.role.listener;
    Count(context, ListedOf(context, subject.key.client, listener), subject.key.client, listener);
  }
  return blocked;
}

void NoteOverLimit(Context& context, const Address& client, const Listener& listener,
                   Reason reason) {
  const ServiceConfig& service = context.policy->service(listener);
  const auto note = [&](ClientNote::Kind kind, const std::string& list) {
    if (!list.empty()) context.notes.Add({kind, 0, listener.service, client});
  };
  if (reason == Reason::kConnlimit) {
    note(ClientNote::Kind::kOverConnlimit, service.connlimit.overload);
  } else if (reason == Reason::kAcceptLimitPerSource) {
    note(ClientNote::Kind::kOverAcceptLimit, service.accept_limit_per_source.overload);
  }
}

}  // namespace synsplice
