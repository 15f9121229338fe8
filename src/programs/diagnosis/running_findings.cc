#include "programs/diagnosis/running_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "control/device_text.h"
#include "synsplice/base/reason.h"

namespace synsplice {
namespace {

using enum Finding::Level;
using AnswerJson = nlohmann::json;

constexpr int64_t kStandsStillMs = 5000;  // as /healthz has it
constexpr double kBusy = 0.9;
constexpr double kAlmostFull = 0.8;

// Drops that come from how machines, networks or the configuration are set up, not from what
// strangers send; and the command that mends or shows it: none, then `why` tells what to do.
constexpr std::pair<Reason, const char*> kMisfits[] = {
    {Reason::kBadTcpChecksum, "ethtool -K DEVICE tx off"},
    {Reason::kMultiSegment, "ethtool -K DEVICE lro off"},
    {Reason::kInsideDown, "synsplicectl show ports"},
    {Reason::kBackendsDown, "synsplicectl show backends"},
    {Reason::kHandshakeSlotsFull, "synsplicectl show backends"},
    {Reason::kTxFull, "synsplicectl show ports"},
    {Reason::kNoBuffer, "synsplicectl show status"},
    {Reason::kConnlimitTableFull, ""},
    {Reason::kFlowTableFull, ""},
    {Reason::kClientPortFull, ""},
    {Reason::kBackendTupleInUse, ""},
    {Reason::kNoBackend, ""},
    {Reason::kNeighbourUnknown, ""},
    {Reason::kBackendWithoutFlow, ""},
    {Reason::kDirect, ""},
    {Reason::kSignedSegment, ""},
    {Reason::kFragmentResize, ""},
    {Reason::kNoTailroom, ""},
    {Reason::kRingFull, ""},
    {Reason::kSynShed, ""},
};

class Judge {
 public:
  explicit Judge(const ApplianceAnswers& answers) : answers_(answers) {}

  Findings All() && {
    Part("ports", answers_.ports, "both work", &Judge::Port);
    Part("workers", answers_.workers, "none stands still, none is busy all the time",
         &Judge::Worker);
    Part("backends", answers_.backends, "none is known to be down", &Judge::Backend);
    Part("tables", answers_.status, "there is room", &Judge::Tables);
    Part("drops", answers_.drops, "none that a configuration or a machine is to blame for",
         &Judge::Drop);
    Events();
    return std::move(findings_);
  }

 private:
  void Say(Finding::Level level, std::string sentence, std::string remedy) {
    findings_.push_back({level, about_, std::move(sentence), std::move(remedy)});
  }

  // Each row of an answer, or the answer itself.
  void Part(const char* about, const AnswerJson& answer, const char* good,
            void (Judge::*judge)(const AnswerJson&)) {
    about_ = about;
    const size_t before = findings_.size();
    if (answer.is_null()) {
      Say(kWrong, "the appliance does not tell", "journalctl -u synsplice -n 50");
    } else if (answer.is_array()) {
      for (const AnswerJson& row : answer) (this->*judge)(row);
    } else {
      (this->*judge)(answer);
    }
    if (findings_.size() == before) Say(kGood, good, "");
  }

  void Port(const AnswerJson& port) {
    const std::string name = port.at("port"), device = port.at("device"),
                      link = InterfaceOf(device);
    if (!port.at("up").get<bool>()) {
      Say(kWrong, fmt::format("{} ({}) does not work", name, device),
          link.empty() ? "journalctl -u synsplice -n 50" : fmt::format("ip link set {} up", link));
    }
    if (const uint64_t missed = port.at("missed"); missed != 0) {
      Say(kHint,
          fmt::format("{} has missed {} frames, nobody fetched them in time: more workers and "
                      "ports.queues",
                      name, missed),
          "synsplicectl show workers");
    }
  }

  void Worker(const AnswerJson& worker) {
    const int64_t age = worker.at("heartbeat_age_ms");
    const double busy = worker.at("busy");
    if (age > kStandsStillMs) {
      Say(kWrong,
          fmt::format("worker {} stands still since {} ms", worker.at("worker").dump(), age),
          "systemctl restart synsplice");
    } else if (busy > kBusy) {
      Say(kHint,
          fmt::format("worker {} is busy for {:.0f} % of the time: more workers and ports.queues",
                      worker.at("worker").dump(), busy * 100),
          "synsplicectl show workers");
    }
  }

  void Backend(const AnswerJson& backend) {
    if (backend.at("up").get<bool>()) return;
    Say(kHint, fmt::format("{} is down", backend.at("backend").get<std::string>()),
        "synsplicectl show backends");
  }

  void Tables(const AnswerJson& status) {
    for (const auto& [table, key] : {std::pair{"flows", "flow_table.entries"},
                                     {"handshakes", "handshake.slots"},
                                     {"connlimit_places", "connlimit_table.entries"}}) {
      const double used = status.at(table).at("used"), capacity = status.at(table).at("capacity");
      if (used <= kAlmostFull * capacity) continue;
      Say(kHint, fmt::format("{} of {} {} are in use: raise {}", used, capacity, table, key),
          "synsplicectl show status");
    }
  }

  void Drop(const AnswerJson& drop) {
    const std::string reason = drop.at("reason");
    const uint64_t frames = drop.at("frames");
    const auto misfit = std::ranges::find_if(kMisfits, [&](const auto& one) {
      return kReasonLabels[static_cast<size_t>(one.first)] == reason;
    });
    if (frames == 0 || misfit == std::end(kMisfits)) return;
    const auto index = static_cast<size_t>(misfit->first);
    const std::string_view command = misfit->second;
    Say(kHint,
        fmt::format("{} {}, {}: {}", frames, reason, kReasonTexts[index], kReasonRemedies[index]),
        command.empty() ? "synsplicectl why " + reason : std::string(command));
  }

  void Events() {
    about_ = "events";
    if (answers_.events_lost == 0) {
      Say(kGood, "none was lost", "");
    } else {
      Say(kHint, fmt::format("an output of events did not take {} of them", answers_.events_lost),
          "journalctl -u synsplice -g 'does not take all events'");
    }
  }

  const ApplianceAnswers& answers_;
  const char* about_ = "";
  Findings findings_;
};

}  // namespace

Findings JudgeAppliance(const ApplianceAnswers& answers) { return Judge(answers).All(); }

}  // namespace synsplice
