#include "capture/frame_choice.h"

#include <fmt/format.h>
#include <nss.h>

#include <algorithm>

#include "synsplice/base/check.h"
#include "synsplice/wire/frame.h"

namespace synsplice {
namespace {

// Each frame costs a worker so many at most.
constexpr size_t kMostInstructions = 512;

constexpr const char* kNames[] = {"hosts", "networks", "services", "protocols", "ethers"};

// For the whole process: a server of names that does not answer would keep everybody waiting who
// asks the API.
void LookUpNamesHere() {
  static const bool configured = std::ranges::all_of(
      kNames, [](const char* names) { return __nss_configure_lookup(names, "files") == 0; });
  SYNSPLICE_CHECK(configured);
}

bool IsOf(const Policy& policy, uint16_t service, const Endpoint& endpoint, Vids vids) {
  const Policy::Role role = policy.Find(endpoint, vids);
  if (role.listener != 0 && policy.listener(role.listener).service == service) return true;
  if (role.backend == 0) return false;
  for (size_t i = 1; i < policy.listener_count(); ++i) {
    const Listener& listener = policy.listener(static_cast<ListenerId>(i));
    const auto& backends = listener.backends;
    if (listener.service == service &&
        std::ranges::find(backends, role.backend) != backends.end()) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::variant<FrameChoice, std::string> FrameChoice::Create(const CaptureChoice& choice) {
  LookUpNamesHere();
  auto created = FrameFilter::Create(choice.filter);
  if (const auto* why = std::get_if<std::string>(&created)) {
    return fmt::format("filter: '{}': {}", choice.filter, *why);
  }
  auto& filter = std::get<FrameFilter>(created);
  if (filter.has_loops()) return "filter: it has a loop, as protochain makes one";
  if (filter.instructions() > kMostInstructions) {
    return fmt::format("filter: it takes {} instructions, more than {}", filter.instructions(),
                       kMostInstructions);
  }
  return FrameChoice(std::move(filter), choice.service);
}

bool FrameChoice::IsOfService(const Policy& policy, std::span<const uint8_t> frame) const {
  const auto length = static_cast<uint32_t>(frame.size());
  // Nobody writes to it.
  FrameBuffer buffer{const_cast<uint8_t*>(frame.data()), length, length};
  const Packet packet = ParseFrame(buffer);
  return packet.kind == Packet::Kind::kTcp &&
         (IsOf(policy, *service_, packet.source, packet.vids) ||
          IsOf(policy, *service_, packet.destination, packet.vids));
}

bool FrameChoice::Takes(const Policy& policy, std::span<const uint8_t> frame) const {
  return filter_.Takes(frame) && (!service_ || IsOfService(policy, frame));
}

}  // namespace synsplice
