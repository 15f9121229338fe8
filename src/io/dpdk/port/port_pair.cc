#include "io/dpdk/port/port_pair.h"

#include <spdlog/spdlog.h>

#include "control/on_exit.h"
#include "io/host/start_error.h"
#include "io/xdp/bpf_descriptors.h"

namespace synsplice {

PortPair::PortPair(const ApplianceConfig& config, const SipKey& owner_seed, BufferPool& pool)
    : config_(config.ports),
      pool_(pool),
      outside_(Side::kOutside, config, owner_seed, pool.get()),
      inside_(Side::kInside, config, owner_seed, pool.get()),
      outside_watch_(outside_),
      inside_watch_(inside_) {}

void PortPair::Serve() {
  outside_.Serve();
  inside_.Serve();
}

void PortPair::Leave() {
  outside_.Leave();
  inside_.Leave();
}

void PortPair::SayWhatIsLeft(std::string_view when) const {
  const std::string left = Describe(config_, outside_.HasProgram() && inside_.HasProgram());
  if (!left.empty()) spdlog::info("{} {}", when, left);
}

void PortPair::Look(uint64_t outside_frames, uint64_t inside_frames, Time now) {
  outside_watch_.Look(outside_frames, now);
  inside_watch_.Look(inside_frames, now);
}

bool PortPair::WantsReopening(Time now) const {
  const bool wanted = outside_watch_.WantsReopening(now) || inside_watch_.WantsReopening(now);
  return wanted && outside_.CanOpen() && inside_.CanOpen();
}

void PortPair::Reopen(Time now) {
  if (!AreClosed()) return Close();
  outside_watch_.TriedReopening(now);
  inside_watch_.TriedReopening(now);
  Open();
}

void PortPair::Close() {
  outside_.Close();
  inside_.Close();
  CloseForgottenXdp();
}

// What fails is tried again, silently: that the port has stopped was said.
void PortPair::Open() {
  try {
    pool_.Renew();
    outside_.Open(pool_.get());
    inside_.Open(pool_.get());
  } catch (const StartError& error) {
    spdlog::debug("{}", error.what());
    Close();
  }
}

}  // namespace synsplice
