// The signals that the control loop takes: nobody else gets them.
#pragma once

#include <csignal>

namespace synsplice {

// SIGTERM and SIGINT end the program; SIGHUP and SIGUSR1, which operators and log rotation send,
// must not.
sigset_t ControlSignals();

// For the calling thread and those that it starts. First of all, so that none ends the program
// before it listens.
void BlockControlSignals();

inline bool IsEndSignal(int signal) { return signal == SIGTERM || signal == SIGINT; }

}  // namespace synsplice
