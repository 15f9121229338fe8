// What the service manager that started this process (systemd) hears of it.
#pragma once

#include <string>

namespace synsplice {

// Without a service manager, which is NOTIFY_SOCKET not set, nothing is said; one that does not
// listen is not waited for. The messages are those of sd_notify(3).
class ServiceManager {
 public:
  // The service does its work. Said once, however often it is called.
  void Ready();

  // `status`: one line for people, said when it is another than before. `alive`: nothing stands
  // still. The watchdog of a service that is not told so in time restarts it.
  void Tell(const std::string& status, bool alive);

  // It ends, and because it was meant to.
  void Stopping();

 private:
  bool is_ready_ = false;
  std::string status_;  // that was said last
};

}  // namespace synsplice
