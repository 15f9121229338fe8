#include "io/dpdk/live_config.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "admin/api/config_api.h"

namespace synsplice {
namespace {

// The control loop looks more often; it may be about to open ports.
constexpr Milliseconds kOrderWithin{5000};

}  // namespace

LiveConfig::LiveConfig(Reloader& reloader, const PolicyKeeper::Workers& workers,
                       const UtcOffset& utc, EventLog& events,
                       std::function<void(const Policy&)> adopted)
    : reloader_(reloader),
      policies_(workers, reloader.policy()),
      utc_(utc),
      events_(events),
      adopted_(std::move(adopted)) {}

std::optional<ConfigAnswer> LiveConfig::Place(const ConfigOrder& order) {
  return orders_.Place(order, kOrderWithin);
}

void LiveConfig::LookAfter() {
  orders_.Serve([this](const ConfigOrder& order) { return CarryOut(order); });
  policies_.AskAgain();
  if (!reloader_.IsOverdue(Clock(utc_).Now())) return;
  Carry("nobody has confirmed in time", {.kind = ConfigOrder::Kind::kRollback});
}

ConfigAnswer LiveConfig::CarryOut(const ConfigOrder& order) {
  ConfigAnswer answer = reloader_.Serve(
      order, Clock(utc_).Now(), [this](auto policy) { policies_.Adopt(std::move(policy)); });
  if (!order.dry_run) Note(answer);
  adopted_(*reloader_.policy());
  return answer;
}

void LiveConfig::Note(const ConfigAnswer& answer) {
  const bool done = answer.result == ConfigAnswer::Result::kDone;
  events_.Add(EventOf(Clock(utc_).Now(), "reload",
                      {{"reload",
                        {{"result", done ? "done" : "failed"},
                         {"version", answer.version},
                         {"text", LineOf(answer)}}}}));
}

void LiveConfig::Carry(const char* why, const ConfigOrder& order) {
  const ConfigAnswer answer = CarryOut(order);
  if (answer.result == ConfigAnswer::Result::kDone) {
    spdlog::info("{}: {}", why, LineOf(answer));
  } else {
    spdlog::error("{}: the configuration stays as it is: {}", why, LineOf(answer));
  }
}

}  // namespace synsplice
