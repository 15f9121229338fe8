#include "io/host/service_manager.h"

#include <systemd/sd-daemon.h>

namespace synsplice {
namespace {

// Each message has a socket of its own: there is nothing to keep, and a manager that was started
// again is found. Nobody is told when it fails: who should hear it is the one who does not listen.
void Say(const std::string& message) { ::sd_notify(0, message.c_str()); }

bool HasWatchdog() { return ::sd_watchdog_enabled(0, nullptr) > 0; }

}  // namespace

void ServiceManager::Ready() {
  if (is_ready_) return;
  is_ready_ = true;
  Say("READY=1");
}

void ServiceManager::Tell(const std::string& status, bool alive) {
  if (status != status_) Say("STATUS=" + status);
  status_ = status;
  if (alive && HasWatchdog()) Say("WATCHDOG=1");
}

void ServiceManager::Stopping() { Say("STOPPING=1\nSTATUS=ending"); }

}  // namespace synsplice
