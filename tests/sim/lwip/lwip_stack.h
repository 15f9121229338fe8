// Debian's lwIP driven by hand: one stack with an interface for every host of a run, no thread, no
// clock and no chance of its own.
//
// lwIP keeps its state in global variables, so a process has one stack and one user at a time.
// Three of its functions stand in lwip_stack.cc instead of the library's, by the dynamic linker's
// rules: initial sequence numbers come from the run's seed, and a packet that has no interface of
// its own leaves where the one that it answers came in. TCP knows the time only by the calls of
// tcp_tmr().
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "lwip/tcp.h"
#include "synsplice/base/address.h"

namespace synsplice::sim {

inline constexpr uint32_t kMaxHosts = 8;
inline constexpr int64_t kTcpTick = 250;  // milliseconds

class LwipStack {
 public:
  struct User {
    // `packet`: from the IP header on, of `host`. Must not call the stack.
    std::function<void(uint32_t host, std::span<const uint8_t> packet)> output;
    std::function<uint32_t(const tcp_pcb& pcb)> next_isn;
  };

  // Begins with no connection and ends with none: the next run finds the stack as this one did.
  explicit LwipStack(User user);
  ~LwipStack();
  LwipStack(const LwipStack&) = delete;

  // REQUIRES: host < kMaxHosts.
  void AddHost(uint32_t host, const Address& address, uint16_t mtu);
  // A pcb bound to `host` and `local`. It is lwIP's; null when the endpoint is taken.
  tcp_pcb* Bind(uint32_t host, const Endpoint& local);
  err_t Connect(tcp_pcb& pcb, const Endpoint& server);
  tcp_pcb* Listen(tcp_pcb& pcb);

  void Input(uint32_t host, std::span<const uint8_t> packet);
  // To be called every kTcpTick.
  void Tick();
  // Ends a TIME_WAIT of these endpoints, as RFC 6191 lets a later SYN do; lwIP does not.
  void EndTimeWait(const Endpoint& local, const Endpoint& remote);
  // The connections of an address are forgotten without a word; their error callbacks run.
  void Forget(const Address& local);
  // Whether a connection is anything but closed or in TIME_WAIT.
  bool IsBusy() const;

 private:
  uint32_t ticks_ = 0;
};

// An address and port of a pcb.
Endpoint EndpointOf(const ip_addr_t& address, uint16_t port);

}  // namespace synsplice::sim
