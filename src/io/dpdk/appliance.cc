#include "io/dpdk/appliance.h"

#include <rte_launch.h>
#include <spdlog/spdlog.h>
#include <sys/random.h>

#include <algorithm>
#include <thread>

#include "admin/api/capture_news.h"
#include "control/buffer_plan.h"
#include "io/host/privileges.h"
#include "io/host/signals.h"
#include "synsplice/base/check.h"

namespace synsplice {
namespace {

using std::chrono::steady_clock;

// How often the control loop looks after the workers and ports,
constexpr Milliseconds kLookAfter{1000};
// and at orders, and for frames that were not fetched in time.
constexpr Milliseconds kGlance{100};
constexpr Milliseconds kStopPoll{2};

SipKey RandomKey() {
  uint8_t bytes[16];
  SYNSPLICE_CHECK(getrandom(bytes, sizeof bytes, 0) == sizeof bytes);
  return SipKey::FromBytes(bytes);
}

// Sleeps until `moment`; answers the signal that ended the sleep, 0: none.
int SleepUntil(steady_clock::time_point moment) {
  const auto rest = std::max(moment - steady_clock::now(), steady_clock::duration::zero());
  const auto seconds = std::chrono::duration_cast<Seconds>(rest);
  const timespec timeout = {seconds.count(), std::chrono::nanoseconds(rest - seconds).count()};
  const sigset_t signals = ControlSignals();
  return std::max(sigtimedwait(&signals, nullptr, &timeout), 0);
}

// By number of the service.
std::vector<bool> ChallengedOf(const Snapshot& snapshot) {
  std::vector<bool> challenged;
  for (const ServiceState& service : snapshot.services) {
    challenged.push_back(service.statistics.is_challenged);
  }
  return challenged;
}

int RunWorker(void* worker) {
  DropAllCapabilities();
  static_cast<Worker*>(worker)->Run();
  return 0;
}

}  // namespace

Appliance::Appliance(Reloader& reloader, const std::vector<std::string>& eal_arguments)
    : Appliance(reloader, reloader.config(), eal_arguments) {}

Appliance::Appliance(Reloader& reloader, const ApplianceConfig& config,
                     const std::vector<std::string>& eal_arguments)
    : reloader_(reloader),
      eal_(config, eal_arguments),
      pool_(config, buffer_memory_),
      owner_seed_(RandomKey()),
      ports_(config, owner_seed_, pool_),
      memory_(config.core, config.workers,
              config.huge_pages ? PageKind::kReserved : PageKind::kTransparent),
      shared_(memory_.state(), RandomKey(), ports_.outside().mac(), ports_.inside().mac()),
      exchange_(config.workers, PlanBuffers(config).ring_frames),
      environment_{ports_.outside(),
                   ports_.inside(),
                   pool_,
                   exchange_,
                   {owner_seed_, config.workers},
                   shared_,
                   utc_,
                   stop_,
                   is_behind_,
                   config.idle},
      observer_(config, *reloader.policy(), environment_, workers_),
      events_(config.events),
      captures_([this] { return Clock(utc_).Now(); },
                [this](const CaptureDesk::News& news) { OnCapture(news); }),
      prefilter_(config.ports),
      lists_({list_book_, shared_, workers_, events_, publisher_, utc_, prefilter_}),
      detector_(shared_, lists_, *reloader.policy()),
      live_config_(reloader, workers_, utc_, events_,
                   [this](const Policy& policy) {
                     observer_.Adopt(policy);
                     prefilter_.Adopt(reloader_.policy());
                     detector_.Adopt(policy);
                     list_book_.Adopt(reloader_.config().listed, policy);
                     lists_.Wake();
                     Publish(Collect());
                   }),
      log_(config),
      api_([this] { return publisher_.Get(); }, events_.book(),
           {{config.workers,
             [this](size_t worker, const Request& request, Reply& reply) {
               return workers_[worker]->Ask(request, reply, Worker::kAnswersWithin);
             }},
            {list_book_, [this] { lists_.Wake(); }}},
           [this](const ConfigOrder& order) { return live_config_.Place(order); },
           [this](const Api::Change& change) { OnChange(change); }) {
  for (unsigned id = 0; id < config.workers; ++id) {
    workers_.push_back(std::make_unique<Worker>(id, environment_, *reloader.policy(), RandomKey()));
    captures_.AddWorker(workers_.back()->tap_slot());
  }
  api_.OfferCaptures([this](const CaptureOrder& order) { return captures_.Start(order); });
  const AdminConfig& admin = config.admin;
  if (!admin.socket.empty()) at_socket_.emplace(admin.socket, admin.operators, api_);
  if (admin.listen.port != 0) at_port_.emplace(admin.listen, admin.token, api_);
}

Statistics Appliance::Run(unsigned duration_s) {
  started_ = steady_clock::now();
  prefilter_.Adopt(reloader_.policy());
  prefilter_.Attach(ports_.outside().MapsOfPrefilter());
  list_book_.Adopt(reloader_.config().listed, *reloader_.policy());
  list_book_.BuildAgain();  // also of no lists: the pre-filter waits for it
  lists_.Begin(reloader_.config().state_folder);
  detector_.Begin(reloader_.config().state_folder);
  StartWorkers();
  Publish(Collect());
  log_.SayReady(ports_, memory_, started_);
  Control(duration_s);
  live_config_.Close();
  lists_.End();
  prefilter_.Detach();
  detector_.End();
  service_manager_.Stopping();
  // Before the workers end: whatever comes then goes its way already.
  ports_.Leave();
  ports_.SayWhatIsLeft("it leaves");
  const SteadyTime stopped = steady_clock::now();
  StopWorkers();
  Statistics statistics = Collect();
  statistics.duration = stopped - started_;
  statistics.connlimit_places = shared_.connlimit.total();
  return statistics;
}

void Appliance::StartWorkers() {
  stop_ = false;
  for (size_t i = 0; i < workers_.size(); ++i) {
    const int error = rte_eal_remote_launch(RunWorker, workers_[i].get(), eal_.worker_lcores()[i]);
    SYNSPLICE_CHECK(error == 0);
  }
  ports_.Serve();
}

void Appliance::StopWorkers() {
  stop_ = true;
  for (const unsigned lcore : eal_.worker_lcores()) {
    // rte_eal_wait_lcore alone would spin, perhaps on the CPU of the worker.
    while (rte_eal_get_lcore_state(lcore) == RUNNING) std::this_thread::sleep_for(kStopPoll);
    rte_eal_wait_lcore(lcore);
  }
}

void Appliance::Control(unsigned duration_s) {
  const SteadyTime end = duration_s > 0 ? started_ + Seconds(duration_s) : SteadyTime::max();
  SteadyTime look = started_ + kLookAfter, glance = started_;
  for (;;) {
    const int signal = SleepUntil(std::min({end, log_.NextReport(), look, glance}));
    if (IsEndSignal(signal)) return;
    if (signal != 0) OnSignal(signal);
    const SteadyTime now = steady_clock::now();
    if (now >= glance) {
      Glance();
      glance = now + kGlance;
    }
    if (now >= look) {
      Look();
      look = now + kLookAfter;
    }
    if (now >= log_.NextReport()) log_.Report(Collect(), now);
    if (now >= end) return;
  }
}

// At what cannot wait.
void Appliance::Glance() {
  live_config_.LookAfter();
  CountBytes();
  is_behind_.store(ports_.IsBehind(), std::memory_order_relaxed);
  captures_.Look();
  TellReady();
}

void Appliance::Look() {
  const Statistics statistics = Collect();
  log_.HintAtChecksums(statistics);
  LookAfterPorts(statistics);
  log_.SayStep(utc_.Refresh());
  Publish(statistics);
  TellServiceManager();
}

// When all workers have polled since the latest snapshot: the first one is made as they start.
void Appliance::TellReady() {
  const Time then = publisher_.Get().snapshot->taken;
  const auto polls = [then](const auto& worker) { return worker->heartbeat() > then; };
  if (std::ranges::all_of(workers_, polls)) service_manager_.Ready();
}

// What the API would tell: its first line for people, its health for the watchdog.
void Appliance::TellServiceManager() {
  const auto ask = [this](std::string_view path) {
    ApiRequest request;
    request.method = "GET";
    request.path = path;
    return api_.Answer(request);
  };
  const std::string readiness = ask("/readyz").body;
  service_manager_.Tell(readiness.substr(0, readiness.find('\n')), ask("/healthz").status == 200);
}

// As if each glance came in time: what a late one finds has not come in a tenth of a second.
void Appliance::CountBytes() {
  const SteadyTime now = steady_clock::now();
  const uint64_t bytes = ports_.outside().Counts().received_bytes + prefilter_.DroppedBytes();
  const auto late = std::max<steady_clock::duration>(now - counted_at_, kGlance) / kGlance;
  const uint64_t more = bytes > counted_bytes_ ? bytes - counted_bytes_ : 0;
  shared_.outside_bytes.fetch_add(more / static_cast<uint64_t>(late), std::memory_order_relaxed);
  counted_bytes_ = bytes;
  counted_at_ = now;
}

void Appliance::LookAfterPorts(const Statistics& statistics) {
  const SteadyTime now = steady_clock::now();
  ports_.Look(statistics.Get(Event::kOutsideFrames), statistics.Get(Event::kInsideFrames), now);
  TellInside();
  if (ports_.WantsReopening(now)) ReopenPorts(now);
}

// The program of a port that is opened again has empty maps.
void Appliance::ReopenPorts(SteadyTime now) {
  StopWorkers();
  if (!ports_.AreClosed()) ForgetFrames();
  prefilter_.Detach();
  ports_.Reopen(now);
  if (ports_.outside().is_open()) {
    prefilter_.Attach(ports_.outside().MapsOfPrefilter());
    list_book_.BuildAgain();
    lists_.Wake();
  }
  StartWorkers();
}

// Flows and handshakes live on.
void Appliance::ForgetFrames() {
  for (const auto& worker : workers_) worker->ForgetFrames();
  exchange_.Discard();
}

// What is behind the port may have changed while it was down.
void Appliance::TellInside() {
  const bool up = ports_.IsInsideUp();
  const bool before = shared_.inside_up.exchange(up, std::memory_order_relaxed);
  if (up && !before) shared_.neighbours.SuspectAll();
}

void Appliance::Publish(Statistics statistics) {
  Snapshot snapshot =
      observer_.Look(std::move(statistics), ports_.OutsideWorks(), ports_.InsideWorks());
  snapshot.events_lost = events_.lost();
  snapshot.captures = captures_.counts();
  snapshot.config = reloader_.state();
  snapshot.lists = list_book_.States();
  observer_.AddHits(snapshot.lists);
  snapshot.ports[0].prefilter = prefilter_.Counts();
  prefilter_.SetChallenged(ChallengedOf(snapshot));
  prefiltered_.AddTo(snapshot);
  snapshot.list_saves_failed = lists_.saves_failed();
  snapshot.list_bans_refused = list_book_.bans_refused();
  detector_.Look(snapshot);
  events_.Look(snapshot);
  publisher_.Publish(std::move(snapshot));
  log_.SayLostEvents(events_);
  log_.SayPrefilter(prefilter_);
}

void Appliance::OnSignal(int signal) {
  if (signal == SIGHUP) return live_config_.Carry("SIGHUP", {.kind = ConfigOrder::Kind::kReload});
  log_.ReopenFiles(events_);
}

// By a client of the API, in its thread.
void Appliance::OnChange(const Api::Change& change) {
  spdlog::info("{}", change.line);
  JsonValue event = EventOf(Clock(utc_).Now(), "change", {{"text", change.line}});
  if (change.client) event["client_ip"] = ToString(*change.client);
  events_.Add(event);
}

// In the thread of the client.
void Appliance::OnCapture(const CaptureDesk::News& news) {
  spdlog::info("{}", LineOf(news));
  events_.Add(EventOf(Clock(utc_).Now(), "capture", {{"capture", ViewOf(news)}}));
}

Statistics Appliance::Collect() const {
  Statistics statistics;
  for (const auto& worker : workers_) {
    statistics.Add(worker->counters());
    statistics.flows += worker->flows();
    statistics.handshakes += worker->handshakes();
  }
  for (unsigned id = 0; id < workers_.size(); ++id) {
    uint64_t& lost = statistics.workers[id].strangers_lost;
    for (const auto& other : workers_) lost += other->steering().lost(id);
  }
  statistics.duration = steady_clock::now() - started_;
  return statistics;
}

}  // namespace synsplice
