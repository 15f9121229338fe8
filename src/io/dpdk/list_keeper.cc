#include "io/dpdk/list_keeper.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <new>

#include "control/lists/list_text.h"
#include "control/lists/whole_file.h"
#include "io/file/output_file.h"
#include "io/host/privileges.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

constexpr Milliseconds kLookAgain{100};
// What takes long is not done each time.
constexpr Milliseconds kSaveAgain{5000}, kClearAgain{1000}, kWithoutMemory{1000};

// Room for twice as many entries as a book takes, with the longest names.
constexpr size_t kLongestFile = 64u << 20;

// Whether the moment `next` is here; the one after it is `pause` later.
bool IsDue(std::chrono::steady_clock::time_point& next, Milliseconds pause) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next) return false;
  next = now + pause;
  return true;
}

}  // namespace

ListKeeper::ListKeeper(const Surroundings& surroundings)
    : book_(surroundings.book),
      shared_(surroundings.shared),
      workers_(surroundings.workers),
      events_(surroundings.events),
      publisher_(surroundings.publisher),
      prefilter_(surroundings.prefilter),
      clock_(surroundings.utc),
      flows_(0, {}) {}

void ListKeeper::Begin(const std::string& folder) {
  flows_ = FlowDesk(workers_.size(), [this](size_t worker, const Request& request, Reply& reply) {
    return workers_[worker]->Ask(request, reply, Worker::kAnswersWithin);
  });
  if (!folder.empty()) {
    file_ = folder + "/lists";
    OutputFile::RemoveLeftovers(file_);
    Load();
  }
  Publish();
  (void)book_.TakeUnsaved();
  clears_ = false;
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

void ListKeeper::Wake() {
  const std::lock_guard lock(mutex_);
  wakes_ = true;
  woken_.notify_one();
}

ListTable ListKeeper::latest() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

void ListKeeper::Run(const std::stop_token& stop) {
  KeepBpfCapability();
  while (!stop.stop_requested()) {
    const Milliseconds pause = TryToLook();
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, stop, pause, [this] { return wakes_; });
    wakes_ = false;
  }
  next_save_ = {};
  TryToLook();
}

// How long until the next time. Without memory workers go on with the table that they have.
Milliseconds ListKeeper::TryToLook() {
  try {
    Look();
    starved_ = false;
    if (prefilter_.WantsAll()) book_.BuildAgain();
    return prefilter_.Work() ? Milliseconds(0) : kLookAgain;
  } catch (const std::bad_alloc&) {
    book_.BuildAgain();
  }
  if (!std::exchange(starved_, true)) spdlog::warn("lists: no memory, they stay as they were");
  return kWithoutMemory;
}

void ListKeeper::Look() {
  const Time now = clock_.Now();
  TakeNotes(now);
  Expire(now);
  const bool passed = published_.size() < 2 || HavePassed();
  if (passed) Publish();
  if (passed && clears_ && IsDue(next_clear_, kClearAgain)) ClearBlocked();
  unsaved_ |= book_.TakeUnsaved();
  if (unsaved_ && IsDue(next_save_, kSaveAgain)) Save();
}

void ListKeeper::TakeNotes(Time now) {
  const auto latest = publisher_.Get().snapshot;
  for (const auto& worker : workers_) {
    for (ClientNote note; worker->notes().Take(note);) {
      if (note.kind != ClientNote::Kind::kListed) {
        Ban(note, now);
      } else if (latest && list_events_.IsToTell(note, now)) {
        events_.Add(HitEvent(now, note, *latest));
      }
    }
  }
}

void ListKeeper::Ban(const ClientNote& note, Time now) {
  const bool by_connlimit = note.kind == ClientNote::Kind::kOverConnlimit;
  const auto limit = by_connlimit ? ListBook::Limit::kConnlimit : ListBook::Limit::kAccepts;
  const auto ban = book_.BanClient({note.service, limit, note.client}, now);
  if (ban) events_.Add(BanEvent(now, note.client, *ban));
}

bool ListKeeper::IsAttacked(const std::string& service) const {
  const auto latest = publisher_.Get().snapshot;
  return latest && std::ranges::any_of(latest->services, [&](const ServiceState& state) {
           return state.name == service && state.IsAttacked();
         });
}

void ListKeeper::Expire(Time now) {
  const auto attacked = [this](const std::string& service) { return IsAttacked(service); };
  for (const ListBook::Expired& expired : book_.Expire(now, attacked)) {
    if (!expired.entry.banned_by.empty()) events_.Add(UnbanEvent(now, expired));
  }
}

void ListKeeper::Publish() {
  auto change = book_.Build();
  if (!change) return;
  if (!change->error.empty()) spdlog::error("lists: {}", change->error);
  clears_ |= change->may_block;
  {
    const std::lock_guard lock(mutex_);
    latest_ = change->table;
  }
  published_.push_back(std::make_unique<ListTable>(change->table));
  shared_.lists.store(book_.empty() ? nullptr : published_.back().get(), std::memory_order_release);
  prefilter_.Follow(*change);
}

// Whether all workers look at the latest table only.
bool ListKeeper::HavePassed() {
  Request request;
  request.kind = Request::Kind::kPassed;
  Reply reply;
  for (const auto& worker : workers_) {
    if (!worker->Ask(request, reply, Worker::kAnswersWithin)) return false;
  }
  published_.erase(published_.begin(), published_.end() - 1);
  return true;
}

void ListKeeper::ClearBlocked() {
  FlowQuery query;
  query.filter.blocked = true;
  size_t cleared = 0;
  for (;;) {
    const FlowDesk::Page page = flows_.Collect(Request::Kind::kClearFlows, query);
    cleared += page.rows.size();
    if (page.silent) return;  // comes again
    if (!page.next) break;
    query.cursor = *page.next;
  }
  clears_ = false;
  if (cleared != 0) spdlog::info("lists: {} connections of blocked clients are cleared", cleared);
}

void ListKeeper::Load() {
  const WholeFile file = ReadWholeFile(file_, kLongestFile);
  if (file.is_missing) return;
  if (!file.error.empty()) {
    throw StartError(fmt::format("state.folder: '{}' cannot be read: {}", file_, file.error));
  }
  const size_t passed_over = TakeEntries(file.text, clock_.Now(), book_);
  if (passed_over == 0) return;
  spdlog::warn("{}: {} entries are broken, or of lists that there are no more", file_, passed_over);
}

// What cannot be saved is tried again; said once until it works again.
void ListKeeper::Save() {
  if (file_.empty()) return unsaved_ = false, void();
  auto created = OutputFile::Create(file_, 0600);
  std::string why;
  if (auto* output = std::get_if<OutputFile>(&created)) {
    const std::string text = TextOfEntries(book_);
    std::fwrite(text.data(), 1, text.size(), output->stream());
    why = output->Commit();
  } else {
    why = std::get<std::string>(created);
  }
  if (why.empty()) return unsaved_ = said_ = false, void();
  saves_failed_.fetch_add(1, std::memory_order_relaxed);
  if (!std::exchange(said_, true)) spdlog::warn("entries of lists are not saved: {}", why);
}

}  // namespace synsplice
