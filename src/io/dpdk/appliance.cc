#include "io/dpdk/appliance.h"

#include <rte_launch.h>
#include <spdlog/spdlog.h>
#include <sys/random.h>

#include <algorithm>
#include <thread>

#include "control/buffer_plan.h"
#include "control/on_exit.h"
#include "io/host/bpf_descriptors.h"
#include "io/host/privileges.h"
#include "io/host/signals.h"
#include "io/host/start_error.h"
#include "synsplice/base/check.h"

namespace synsplice {
namespace {

using std::chrono::steady_clock;

// How often the control loop looks after the workers and ports.
constexpr Milliseconds kLookAfter{1000};
constexpr Milliseconds kStopPoll{2};
// A worker that runs answers at its next tick.
constexpr Milliseconds kAnswersWithin{500};
// The control loop looks more often; it may be about to open ports.
constexpr Milliseconds kOrderWithin{5000};
// And for frames that were not fetched in time.
constexpr Milliseconds kLookForLosses{100};
// Nothing that keeps a clock in step sets it by so much.
constexpr Seconds kUtcStep{2};

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
      config_(config),
      eal_(config, eal_arguments),
      pool_(config, buffer_memory_),
      owner_seed_(RandomKey()),
      outside_(Side::kOutside, config, owner_seed_, pool_.get()),
      inside_(Side::kInside, config, owner_seed_, pool_.get()),
      outside_watch_(outside_),
      inside_watch_(inside_),
      memory_(config.core, config.workers,
              config.huge_pages ? PageKind::kReserved : PageKind::kTransparent),
      shared_(memory_.state(), RandomKey(), outside_.mac(), inside_.mac()),
      exchange_(config.workers, PlanBuffers(config).ring_frames),
      environment_{outside_, inside_, pool_, exchange_,  {owner_seed_, config.workers},
                   shared_,  utc_,    stop_, is_behind_, config.idle},
      policies_(workers_, reloader.policy()),
      observer_(config, *reloader.policy(), environment_, workers_),
      events_(config.event_file),
      lists_({list_book_, shared_, workers_, events_, publisher_, utc_}),
      api_([this] { return publisher_.Get(); }, events_.book(),
           {{config.workers,
             [this](size_t worker, const Request& request, Reply& reply) {
               return workers_[worker]->Ask(request, reply, kAnswersWithin);
             }},
            {list_book_, [this] { lists_.Wake(); }}},
           [this](const ConfigOrder& order) { return orders_.Place(order, kOrderWithin); },
           [this](const std::string& line) { OnChange(line); }) {
  for (unsigned id = 0; id < config.workers; ++id) {
    workers_.push_back(std::make_unique<Worker>(id, environment_, *reloader.policy(), RandomKey()));
  }
  const AdminConfig& admin = config.admin;
  if (!admin.socket.empty()) at_socket_.emplace(admin.socket, admin.operators, api_);
  if (admin.listen.port != 0) at_port_.emplace(admin.listen, admin.token, api_);
}

Statistics Appliance::Run(unsigned duration_s) {
  SayMemory();
  started_ = steady_clock::now();
  list_book_.Adopt(config_.listed, *reloader_.policy());
  lists_.Begin(config_.state_folder);
  StartWorkers();
  Publish(Collect());
  SayOnExit("on exit it leaves", true);
  spdlog::info("ready (outside {} {}, inside {} {}, {} workers)", outside_.device(),
               ToString(outside_.mac()), inside_.device(), ToString(inside_.mac()),
               workers_.size());
  Control(duration_s);
  orders_.Close();
  lists_.End();
  service_manager_.Stopping();
  LeavePorts();
  const SteadyTime stopped = steady_clock::now();
  StopWorkers();
  Statistics statistics = Collect();
  statistics.duration = stopped - started_;
  statistics.connlimit_places = shared_.connlimit.total();
  return statistics;
}

// Before the workers end: whatever comes then goes its way already.
void Appliance::LeavePorts() {
  outside_.Leave();
  inside_.Leave();
  SayOnExit("it leaves", outside_.HasProgram() && inside_.HasProgram());
}

void Appliance::SayOnExit(std::string_view when, bool can_wire) const {
  const std::string left = Describe(config_.ports, can_wire);
  if (!left.empty()) spdlog::info("{} {}", when, left);
}

void Appliance::StartWorkers() {
  stop_ = false;
  for (size_t i = 0; i < workers_.size(); ++i) {
    const int error = rte_eal_remote_launch(RunWorker, workers_[i].get(), eal_.worker_lcores()[i]);
    SYNSPLICE_CHECK(error == 0);
  }
  outside_.Serve();
  inside_.Serve();
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
  SteadyTime look = started_ + kLookAfter, losses = started_;
  reported_at_ = started_;
  for (;;) {
    const int signal = SleepUntil(std::min({end, NextReport(), look, losses}));
    if (IsEndSignal(signal)) return;
    if (signal != 0) OnSignal(signal);
    const SteadyTime now = steady_clock::now();
    if (now >= losses) {
      LookAfterConfig();
      LookForLosses();
      TellReady();
      losses = now + kLookForLosses;
    }
    if (now >= look) {
      const Statistics statistics = Collect();
      if (!hinted_) HintAtChecksums(statistics);
      LookAfterPorts(statistics);
      FollowUtc();
      Publish(statistics);
      TellServiceManager();
      look = now + kLookAfter;
    }
    if (now >= NextReport()) {
      Report();
      reported_at_ = now;
    }
    if (now >= end) return;
  }
}

// As the configuration in force has it.
Appliance::SteadyTime Appliance::NextReport() const {
  const Milliseconds interval = config_.statistics_interval;
  return interval > Milliseconds::zero() ? reported_at_ + interval : SteadyTime::max();
}

void Appliance::LookForLosses() {
  is_behind_.store(outside_losses_.IsBehind(outside_.Counts().missed), std::memory_order_relaxed);
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

void Appliance::LookAfterPorts(const Statistics& statistics) {
  const SteadyTime now = steady_clock::now();
  outside_watch_.Look(statistics.Get(Event::kOutsideFrames), now);
  inside_watch_.Look(statistics.Get(Event::kInsideFrames), now);
  TellInside();
  const bool wanted = outside_watch_.WantsReopening(now) || inside_watch_.WantsReopening(now);
  if (!wanted || !outside_.CanOpen() || !inside_.CanOpen()) return;
  StopWorkers();
  if (outside_.is_open() || inside_.is_open()) {
    ClosePorts();
  } else {
    outside_watch_.TriedReopening(now);
    inside_watch_.TriedReopening(now);
    OpenPorts();
  }
  StartWorkers();
}

// What is behind the port may have changed while it was down.
void Appliance::TellInside() {
  const bool up = inside_watch_.works();
  const bool before = shared_.inside_up.exchange(up, std::memory_order_relaxed);
  if (up && !before) shared_.neighbours.SuspectAll();
}

void Appliance::FollowUtc() {
  const Milliseconds step = utc_.Refresh();
  if (std::chrono::abs(step) <= kUtcStep) return;
  spdlog::warn("the system's clock was set by {:+.1f} s: followed by 0.1 s in a second",
               static_cast<double>(step.count()) / 1000);
}

// Both, with all of the data path: the buffers of one are in the hands of the other. Flows and
// handshakes live on. The kernel frees a queue some time after its socket is closed: the next look
// opens them.
void Appliance::ClosePorts() {
  for (const auto& worker : workers_) worker->ForgetFrames();
  exchange_.Discard();
  outside_.Close();
  inside_.Close();
  CloseForgottenXdp();
}

// What fails is tried again, silently: that the port has stopped was said.
void Appliance::OpenPorts() {
  try {
    pool_.Renew();
    outside_.Open(pool_.get());
    inside_.Open(pool_.get());
  } catch (const StartError& error) {
    spdlog::debug("{}", error.what());
    ClosePorts();
  }
}

void Appliance::Report() {
  const Statistics statistics = Collect();
  spdlog::info("{}", Summary(reported_, statistics));
  reported_ = statistics;
}

// Once: the counters tell the rest, and a sender must not write the log.
void Appliance::HintAtChecksums(const Statistics& statistics) {
  const uint64_t wrong = statistics.Get(Reason::kBadTcpChecksum);
  if (wrong == 0) return;
  hinted_ = true;
  spdlog::warn(
      "segments with a wrong TCP checksum arrive ({} so far); if their sender is a virtual "
      "interface that leaves checksums to hardware, turn that off: ethtool -K DEVICE tx off",
      wrong);
}

void Appliance::Publish(Statistics statistics) {
  const bool outside_up = outside_.is_open() && outside_watch_.works();
  const bool inside_up = inside_.is_open() && inside_watch_.works();
  Snapshot snapshot = observer_.Look(std::move(statistics), outside_up, inside_up);
  snapshot.events_lost = events_.lost();
  snapshot.config = reloader_.state();
  snapshot.lists = list_book_.States();
  observer_.AddHits(snapshot.lists);
  snapshot.list_saves_failed = lists_.saves_failed();
  events_.Look(snapshot);
  publisher_.Publish(std::move(snapshot));
  SayLostEvents();
}

// Once; the metric counts them.
void Appliance::SayLostEvents() {
  if (said_lost_ || events_.lost() == 0) return;
  said_lost_ = true;
  spdlog::warn("events.file does not take all events: is its disk full?");
}

void Appliance::OnSignal(int signal) {
  if (signal == SIGHUP) return ReloadUnasked("SIGHUP", {.kind = ConfigOrder::Kind::kReload});
  ReopenFiles();
}

void Appliance::LookAfterConfig() {
  orders_.Serve([this](const ConfigOrder& order) { return Order(order); });
  policies_.AskAgain();
  if (!reloader_.IsOverdue(Clock(utc_).Now())) return;
  ReloadUnasked("nobody has confirmed in time", {.kind = ConfigOrder::Kind::kRollback});
}

ConfigAnswer Appliance::Order(const ConfigOrder& order) {
  const uint64_t version = reloader_.state().version;
  ConfigAnswer answer = reloader_.Serve(
      order, Clock(utc_).Now(), [this](auto policy) { policies_.Adopt(std::move(policy)); });
  observer_.Adopt(*reloader_.policy());
  if (reloader_.state().version != version) {
    list_book_.Adopt(config_.listed, *reloader_.policy());
    lists_.Wake();
  }
  if (!order.dry_run) {
    const bool done = answer.result == ConfigAnswer::Result::kDone;
    events_.Add(EventOf(Clock(utc_).Now(), "reload",
                        {{"reload",
                          {{"result", done ? "done" : "failed"},
                           {"version", answer.version},
                           {"text", LineOf(answer)}}}}));
  }
  Publish(Collect());
  return answer;
}

// By no client of the API, who would hear the answer.
void Appliance::ReloadUnasked(const char* why, const ConfigOrder& order) {
  const ConfigAnswer answer = Order(order);
  if (answer.result == ConfigAnswer::Result::kDone) {
    spdlog::info("{}: {}", why, LineOf(answer));
  } else {
    spdlog::error("{}: the configuration stays as it is: {}", why, LineOf(answer));
  }
}

void Appliance::ReopenFiles() {
  const std::string why = events_.Reopen();
  if (!events_.has_file()) {
    spdlog::info("SIGUSR1: there is no file to open again");
  } else if (why.empty()) {
    spdlog::info("SIGUSR1: events.file is opened again");
  } else {
    spdlog::warn("SIGUSR1: events.file goes on as it is: {}", why);
  }
}

// By a client of the API, in its thread.
void Appliance::OnChange(const std::string& line) {
  spdlog::info("{}", line);
  events_.Add(EventOf(Clock(utc_).Now(), "change", {{"text", line}}));
}

void Appliance::SayMemory() const {
  const size_t huge = memory_.huge_bytes();
  const bool reserved = memory_.pages() == PageKind::kReserved;
  spdlog::info("tables: {} MiB, {} MiB of it in {} pages of 2 MB", memory_.bytes() >> 20,
               huge >> 20, reserved ? "reserved" : "transparent");
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
