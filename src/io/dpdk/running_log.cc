#include "io/dpdk/running_log.h"

#include <spdlog/spdlog.h>

namespace synsplice {
namespace {

// Nothing that keeps a clock in step sets it by so much.
constexpr Seconds kUtcStep{2};

void SayMemory(const StateMemory& memory) {
  const bool reserved = memory.pages() == PageKind::kReserved;
  spdlog::info("tables: {} MiB, {} MiB of it in {} pages of 2 MB", memory.bytes() >> 20,
               memory.huge_bytes() >> 20, reserved ? "reserved" : "transparent");
}

}  // namespace

void RunningLog::SayReady(const PortPair& ports, const StateMemory& memory, Time now) {
  reported_at_ = now;
  SayMemory(memory);
  ports.SayWhatIsLeft("on exit it leaves");
  const std::string missing = WhyNoPrefilter(config_.ports);
  if (!missing.empty()) spdlog::info("there is no pre-filter: {}", missing);
  const Port &outside = ports.outside(), &inside = ports.inside();
  spdlog::info("ready (outside {} {}, inside {} {}, {} workers)", outside.device(),
               ToString(outside.mac()), inside.device(), ToString(inside.mac()), config_.workers);
}

RunningLog::Time RunningLog::NextReport() const {
  const Milliseconds interval = config_.statistics_interval;
  return interval > Milliseconds::zero() ? reported_at_ + interval : Time::max();
}

void RunningLog::Report(const Statistics& statistics, Time now) {
  spdlog::info("{}", Summary(reported_, statistics));
  reported_ = statistics;
  reported_at_ = now;
}

void RunningLog::HintAtChecksums(const Statistics& statistics) {
  const uint64_t wrong = statistics.Get(Reason::kBadTcpChecksum);
  if (hinted_ || wrong == 0) return;
  hinted_ = true;
  spdlog::warn(
      "segments with a wrong TCP checksum arrive ({} so far); if their sender is a virtual "
      "interface that leaves checksums to hardware, turn that off: ethtool -K DEVICE tx off",
      wrong);
}

void RunningLog::SayLostEvents(EventLog& events) {
  for (const std::string& sentence : events.NewlyLossy()) spdlog::warn("{}", sentence);
}

void RunningLog::SayPrefilter(Prefilter& prefilter) {
  const std::string trouble = prefilter.TakeTrouble();
  if (!trouble.empty()) spdlog::warn("the pre-filter leaves more to the workers: {}", trouble);
}

void RunningLog::ReopenFiles(EventLog& events) {
  const std::string why = events.Reopen();
  if (!events.has_file()) {
    spdlog::info("SIGUSR1: there is no file to open again");
  } else if (why.empty()) {
    spdlog::info("SIGUSR1: events.file is opened again");
  } else {
    spdlog::warn("SIGUSR1: events.file goes on as it is: {}", why);
  }
}

void RunningLog::SayStep(Milliseconds step) {
  if (std::chrono::abs(step) <= kUtcStep) return;
  spdlog::warn("the system's clock was set by {:+.1f} s: followed by 0.1 s in a second",
               static_cast<double>(step.count()) / 1000);
}

}  // namespace synsplice
