#include "io/host/signals.h"

#include <pthread.h>

#include <initializer_list>

namespace synsplice {

sigset_t ControlSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&signals, signal);
  return signals;
}

void BlockControlSignals() {
  const sigset_t signals = ControlSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Who reads our events or log may go away: writing tells.
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace synsplice
