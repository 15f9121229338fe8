// A long cable for the wire lab: delay_relay DEVICE DEVICE MICROSECONDS
//
// Whatever arrives at one device leaves at the other so much later, ARP and neighbour discovery
// too, in order. Nothing is lost: while a queue is full, the kernel's receive buffer waits, and the
// last line says how many frames that could not hold. Frames must be as a wire carries them
// (offloads off, untagged: the kernel takes VLAN tags off before a packet socket sees them).
//
// Written for kernels without netem. One thread and two packet sockets, which move batches.
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kRoom = 2048;  // bytes of a frame
// Power of two. 300 ms of 100 000 frames per second: an ACK takes as much room as its data.
constexpr size_t kQueue = 1 << 15;
constexpr size_t kBatch = 64;
constexpr int kReceiveBuffer = 64 << 20;  // bytes, of a socket

volatile sig_atomic_t over = 0;

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "delay_relay: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

void SetOption(int socket, int level, int name, int value) {
  if (setsockopt(socket, level, name, &value, sizeof value) != 0) Fail("setsockopt");
}

// A packet socket for all that others send through `device`.
int Open(const char* device) {
  const int socket = ::socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
  if (socket < 0) Fail("socket");
  SetOption(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
  SetOption(socket, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBuffer);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(if_nametoindex(device));
  if (address.sll_ifindex == 0) Fail(device);
  packet_mreq membership{};
  membership.mr_ifindex = address.sll_ifindex;
  membership.mr_type = PACKET_MR_PROMISC;
  if (setsockopt(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &membership, sizeof membership) != 0) {
    Fail("promiscuous mode");
  }
  if (bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) Fail(device);
  return socket;
}

// One direction. Frames wait in a ring, the oldest first.
class Direction {
 public:
  Direction(int from, int to, Clock::duration delay) : from_(from), to_(to), delay_(delay) {}

  bool HasRoom() const { return arrived_ - sent_ < kQueue; }

  // Time::max() when nothing waits.
  Clock::time_point NextDue() const {
    return arrived_ == sent_ ? Clock::time_point::max() : due_[sent_ % kQueue];
  }

  void Receive() {
    Batch batch(*this, arrived_, kQueue - (arrived_ - sent_));
    const int count = recvmmsg(from_, batch.messages.data(), batch.count, 0, nullptr);
    if (count < 0 && errno != EAGAIN && errno != EINTR) Fail("recvmmsg");
    const Clock::time_point due = Clock::now() + delay_;
    for (int i = 0; i < count; ++i, ++arrived_) {
      if (batch.messages[i].msg_hdr.msg_flags & MSG_TRUNC) {
        errno = EMSGSIZE;
        Fail("a frame larger than a wire's: are offloads on?");
      }
      length_[arrived_ % kQueue] = batch.messages[i].msg_len;
      due_[arrived_ % kQueue] = due;
    }
  }

  void SendDue() {
    const Clock::time_point now = Clock::now();
    while (NextDue() <= now) {
      size_t due = 1;
      while (due < arrived_ - sent_ && due_[(sent_ + due) % kQueue] <= now) ++due;
      Batch batch(*this, sent_, due);
      for (unsigned i = 0; i < batch.count; ++i) {
        batch.vectors[i].iov_len = length_[(sent_ + i) % kQueue];
      }
      const int count = sendmmsg(to_, batch.messages.data(), batch.count, 0);
      // A device that takes no more will do so presently.
      if (count < 0 && errno != EAGAIN && errno != ENOBUFS && errno != EINTR) Fail("sendmmsg");
      if (count <= 0) return;
      sent_ += static_cast<size_t>(count);
    }
  }

  // Frames that the kernel dropped before us.
  unsigned Lost() const {
    tpacket_stats statistics{};
    socklen_t length = sizeof statistics;
    getsockopt(from_, SOL_PACKET, PACKET_STATISTICS, &statistics, &length);
    return statistics.tp_drops;
  }

  pollfd Poll() const { return {from_, static_cast<short>(HasRoom() ? POLLIN : 0), 0}; }

 private:
  // System call arguments for at most `most` frames from number `first` on.
  struct Batch {
    Batch(Direction& direction, size_t first, size_t most)
        : count(static_cast<unsigned>(std::min(most, kBatch))) {
      for (unsigned i = 0; i < count; ++i) {
        vectors[i] = {&direction.bytes_[(first + i) % kQueue * kRoom], kRoom};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
      }
    }

    unsigned count;
    std::array<iovec, kBatch> vectors;
    std::array<mmsghdr, kBatch> messages{};
  };

  int from_, to_;
  Clock::duration delay_;
  size_t arrived_ = 0, sent_ = 0;  // frames, ever
  std::unique_ptr<uint8_t[]> bytes_{new uint8_t[kQueue * kRoom]};
  std::array<size_t, kQueue> length_;
  std::array<Clock::time_point, kQueue> due_;
};

// Only a wait is interrupted: no signal is missed between the look at `over` and the wait.
void EndOnSignal() {
  struct sigaction action {};
  action.sa_handler = [](int) { over = 1; };
  sigset_t blocked;
  sigemptyset(&blocked);
  for (const int number : {SIGTERM, SIGINT}) {
    sigaction(number, &action, nullptr);
    sigaddset(&blocked, number);
  }
  sigprocmask(SIG_BLOCK, &blocked, nullptr);
}

void Wait(Direction& one, Direction& other) {
  pollfd sockets[] = {one.Poll(), other.Poll()};
  const Clock::time_point due = std::min(one.NextDue(), other.NextDue());
  const bool idle = due == Clock::time_point::max();
  const auto left = std::chrono::nanoseconds(idle ? Clock::duration(0) : due - Clock::now());
  const long nanoseconds = std::max<long>(left.count(), 0);
  const timespec timeout{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  sigset_t none;
  sigemptyset(&none);
  if (ppoll(sockets, 2, idle ? nullptr : &timeout, &none) < 0 && errno != EINTR) Fail("ppoll");
}

void Relay(Direction& one, Direction& other) {
  while (!over) {
    for (Direction* direction : {&one, &other}) {
      direction->SendDue();
      if (direction->HasRoom()) direction->Receive();
    }
    Wait(one, other);
  }
}

}  // namespace

int main(int argc, char** argv) {
  unsigned microseconds = 0;
  const std::string_view text = argc == 4 ? argv[3] : "";
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), microseconds);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    std::fprintf(stderr, "usage: delay_relay DEVICE DEVICE MICROSECONDS\n");
    return 2;
  }
  EndOnSignal();
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  const int first = Open(argv[1]), second = Open(argv[2]);
  const std::chrono::microseconds delay(microseconds);
  const auto there = std::make_unique<Direction>(first, second, delay);
  const auto back = std::make_unique<Direction>(second, first, delay);
  std::printf("relaying\n");
  std::fflush(stdout);
  Relay(*there, *back);
  std::printf("lost %u frames\n", there->Lost() + back->Lost());
  return 0;
}
