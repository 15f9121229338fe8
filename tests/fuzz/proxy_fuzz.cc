// The whole core under a story: what the input's bytes tell clients, servers, routers and the clock
// to do. The shell checks what must hold whatever they do (shell.h).
//
//   story   = setup step*             setup: one byte, see ConfigFor
//   step    = op peer arguments       op: Op; the arguments are read where it is carried out
//   segment = flags seq-delta ack-delta window options payload
#include <array>
#include <cstdint>

#include "fuzz/input.h"
#include "fuzz/peers.h"
#include "fuzz/shell.h"
#include "support/example_frames.h"
#include "support/neighbour_frame.h"

namespace synsplice::fuzz {
namespace {

using test::kA, test::kS;

constexpr int kMostSteps = 200;
constexpr Mac kBackendMac{{2, 0, 0, 0, 0, 0x0b}}, kRouterMac{{2, 0, 0, 0, 0, 0x0d}};

enum class Op : uint8_t {
  kConnect,      // a whole handshake
  kSyn,          // segment
  kFromClient,   // segment
  kFromServer,   // segment
  kSynAck,       // segment, from the server
  kIcmp,         // an error that quotes the peer's connection
  kNeighbour,    // ARP or neighbour discovery
  kTime,         // time passes
  kBurst,        // so many of the next frames arrive together
  kXor,          // of the next frame one byte changes, its checksum with it or not
  kShape,        // the next frame is cut, padded or fragmented, or gets an extension header
  kRaw,          // any bytes arrive
  kServerOpens,  // a SYN from the listener's own endpoint
  kCount,
};

void SetLimits(ServiceConfig& service) {
  service.connlimit.above = 2;
  service.police = {.fragments = 2, .udp = 2, .icmp = 2};
  service.max_opening = 1;
  service.accept_limit = {{{1, Seconds(1)}, 2, RateLimit::Action::kDrop}, Milliseconds(1500)};
  service.syn_limit_per_source = {{{1, Seconds(1)}, 8, RateLimit::Action::kReset}};
}

// Bits 0-1: how backends are reached, with 3 they are checked; 2-4: what is not promised; 5:
// limits and police, with bit 3 VLANs are named; 6: answers to wrong cookies and direct traffic;
// 7: no memory behind the frames.
Config ConfigFor(uint8_t setup) {
  Config config;
  ServiceConfig& service = config.services.emplace_back();
  service.name = "web";
  service.listen = {*ParseEndpoint("198.18.0.10:80"), *ParseEndpoint("[2001:db8::10]:80")};
  const int backends = setup & 3;
  if (backends != 0) {
    const std::optional<Mac> mac = backends == 1 ? std::optional(kBackendMac) : std::nullopt;
    service.backends = {{*ParseEndpoint("198.18.0.11:8080"), mac},
                        {*ParseEndpoint("[2001:db8::11]:8080"), mac}};
    if (backends == 3) {
      service.backends.push_back({*ParseEndpoint("198.18.0.13:80"), {}});
      service.health.source_v4 = *ParseAddress("198.18.0.250");
      service.health.source_v6 = *ParseAddress("2001:db8::250");
      service.slow_start = Seconds(20);
    }
  }
  if (setup & 4) service.promise.timestamps = false;
  if (setup & 8) service.promise.window_scale.reset();
  if (setup & 16) service.promise.sack = false;
  if (setup & 32) SetLimits(service);
  if ((setup & 40) == 40) service.vlans = {0, 7};  // all that peers are in
  if (setup & 64) {
    service.wrong_cookie = ServiceConfig::WrongCookie::kReset;
    service.direct = ServiceConfig::Direct::kBridge;
  }
  // Small tables and short lives: the story meets their ends.
  config.timeouts.established = Seconds(400);
  config.timeouts.client_closed = Seconds(300);
  config.timeouts.server_closed = Seconds(100);
  config.timeouts.closing = Seconds(80);
  config.timeouts.time_wait = Seconds(60);
  config.cookie.secret = {3, 4};
  config.flow_table_entries = 16;
  config.connlimit_table_entries = 16;
  config.handshake.slots = 4;
  config.handshake.hold_frames = 3;
  config.handshake.hold_frames_total = 6;
  return config;
}

class Story {
 public:
  explicit Story(std::span<const uint8_t> bytes)
      : input_(bytes),
        setup_(input_.Byte()),
        shell_(ConfigFor(setup_), setup_ & 128 ? 0 : 256,
               [this](Side to, const Bytes& frame) { peers_.Hear(to, frame); }) {}

  void Tell() {
    for (int step = 0; step < kMostSteps && !input_.empty(); ++step) Step();
    Flush();
    shell_.Rest();
  }

 private:
  struct Damage {
    uint8_t kind = 0;  // 0: none
    uint8_t first = 0;
    uint8_t second = 0;
  };

  void Step() {
    const auto op = static_cast<Op>(input_.Choose(static_cast<size_t>(Op::kCount)));
    const uint8_t who = input_.Byte();
    Peer& peer = peers_[who];
    switch (op) {
      case Op::kConnect:
        return Connect(peer);
      case Op::kSyn:
        return Arrive(Side::kOutside, peers_.Syn(peer, Plan(kS)));
      case Op::kFromClient:
        return Arrive(Side::kOutside, peers_.FromClient(peer, Plan(0)));
      case Op::kFromServer:
        return Arrive(Side::kInside, peers_.FromServer(peer, Plan(0)));
      case Op::kSynAck:
        return Arrive(Side::kInside, peers_.FromServer(peer, Plan(kS | kA)));
      case Op::kIcmp:
        return Icmp(peer, who & 128 ? Side::kOutside : Side::kInside);
      case Op::kNeighbour:
        return Neighbour(peer, who & 128 ? Side::kOutside : Side::kInside);
      case Op::kTime:
        return Pass(who);
      case Op::kBurst:
        Flush();
        burst_ = 1 + who % kMaxBurst;
        return;
      case Op::kXor:
        damage_ = {static_cast<uint8_t>(1 + who % 2), input_.Byte(), input_.Byte()};
        return;
      case Op::kShape:
        damage_ = {static_cast<uint8_t>(3 + who % 4), input_.Byte(), input_.Byte()};
        return;
      case Op::kRaw:
        return Raw(who & 128 ? Side::kOutside : Side::kInside);
      case Op::kServerOpens:
        return ServerOpens(peer);
      case Op::kCount:
        return;
    }
  }

  // 127 and -128 stand for numbers far away.
  uint32_t Delta() {
    const auto delta = static_cast<int8_t>(input_.Byte());
    if (delta == 127 || delta == -128) return input_.Long();
    return static_cast<uint32_t>(int32_t{delta});
  }

  SegmentPlan Plan(uint8_t flags) {
    SegmentPlan plan;
    plan.flags = input_.Byte() ^ flags;
    plan.seq_delta = Delta();
    plan.ack_delta = Delta();
    plan.window = static_cast<uint16_t>(input_.Byte() * 0x0101);
    plan.options = input_.Byte();
    const uint8_t payload = input_.Byte();
    plan.payload = payload >= 0xf0 ? 1440u + payload - 0xf0 : payload % 0x40;
    if (payload < 0xf0 && payload >= 0xe0) {
      const auto raw = input_.Take((payload & 15) * size_t{4});
      plan.raw_options.assign(raw.begin(), raw.end());
      plan.raw_options.resize(std::min<size_t>((raw.size() + 3) / 4 * 4, 40));
    }
    return plan;
  }

  void Connect(Peer& peer) {
    const uint8_t options = input_.Byte();
    SegmentPlan plan{kS, 0, 0, 0x0507, options, 0, {}};
    Arrive(Side::kOutside, peers_.Syn(peer, plan));
    Flush();
    plan.flags = kA;
    plan.options = options & kWithTimestamps;
    Arrive(Side::kOutside, peers_.FromClient(peer, plan));
    Flush();
    plan.flags = kS | kA;
    plan.options = input_.Byte();
    Arrive(Side::kInside, peers_.FromServer(peer, plan));
    Flush();
  }

  void Icmp(const Peer& peer, Side from) {
    test::IcmpError error;
    const bool outside = from == Side::kOutside;
    const bool v6 = !peer.client.address.IsV4();
    error.tags = peer.tags;
    error.source_mac = kRouterMac;
    error.destination_mac = kBackendMac;
    error.source = *ParseAddress(v6 ? "2001:db8::1" : "198.18.0.1");
    error.type = input_.Byte();
    error.code = input_.Byte();
    error.rest = input_.Word();
    error.quoted.source = outside ? peer.listener : peer.client;
    error.quoted.destination = outside ? peer.client : peer.backend;
    error.quoted.flags = kA;
    error.quoted.seq =
        (outside ? peer.isn_p + peer.server_said : peer.isn_c + peer.client_said) + Delta();
    error.quoted.ack = outside ? peer.isn_c + 1 : peer.isn_s + 1;
    error.quoted_tcp = input_.Byte();
    error.destination = error.quoted.source.address;
    Arrive(from, error.Build());
  }

  void Neighbour(const Peer& peer, Side from) {
    test::NeighbourFrame frame;
    const uint8_t shape = input_.Byte();
    frame.source_mac = kBackendMac;
    frame.destination_mac = kRouterMac;
    frame.tags = peer.tags;
    frame.answer = shape & 1;
    frame.sender = shape & 2 ? peer.client.address : peer.backend.address;
    frame.asked = shape & 4 ? peer.listener.address : peer.client.address;
    if (shape & 8) frame.sender_mac = kBackendMac;
    frame.hop_limit = shape & 16 ? 64 : 255;
    Arrive(from, frame.Build());
  }

  void Pass(uint8_t choice) {
    constexpr std::array kSteps = {Milliseconds(1),     Milliseconds(63),    Milliseconds(1000),
                                   Milliseconds(2000),  Milliseconds(4000),  Milliseconds(9000),
                                   Milliseconds(33000), Milliseconds(65000), Milliseconds(101000),
                                   Milliseconds(405000)};
    Flush();
    shell_.Advance(kSteps[choice % kSteps.size()]);
  }

  void Raw(Side from) {
    const auto bytes = input_.Take(input_.Byte());
    Arrive(from, Bytes(bytes.begin(), bytes.end()));
  }

  void ServerOpens(Peer& peer) {
    TcpFrame frame = peers_.FromServer(peer, Plan(kS));
    frame.source = peer.listener;
    Arrive(Side::kInside, frame);
  }

  void Arrive(Side from, const TcpFrame& frame) {
    Bytes bytes = frame.Build();
    const Damage damage = std::exchange(damage_, {});
    const size_t ip = test::IpOffset(frame);
    switch (damage.kind) {
      case 1:
      case 2:
        bytes[damage.first % bytes.size()] ^= damage.second;
        if (damage.kind == 2) test::RepairChecksums(frame, bytes);
        break;
      case 3:
        bytes.resize(damage.first % bytes.size());
        break;
      case 4:
        bytes.resize(bytes.size() + damage.first);
        break;
      case 5:
        if (frame.v6()) break;
        bytes[ip + 6] = damage.first;
        bytes[ip + 7] = damage.second;
        test::RepairChecksums(frame, bytes);
        break;
      case 6:
        if (frame.v6()) {
          // A fragment's offset and its last bit (more), a routing header's type and segments left.
          const unsigned word = (damage.second >> 1) << 3 | (damage.second & 1);
          const auto high = static_cast<uint8_t>(word >> 8), low = static_cast<uint8_t>(word);
          test::InsertExtension(frame, bytes, damage.first, {0, 0, high, low, 0, 0, 0, 0});
        }
        break;
      default:
        break;
    }
    Arrive(from, std::move(bytes));
  }

  void Arrive(Side from, Bytes bytes) {
    if (from != from_) Flush();
    from_ = from;
    waiting_.push_back(std::move(bytes));
    if (waiting_.size() >= burst_) Flush();
  }

  void Flush() {
    if (!waiting_.empty()) shell_.Feed(from_, std::exchange(waiting_, {}));
    burst_ = 1;
  }

  Input input_;
  uint8_t setup_;
  Peers peers_;
  Shell shell_;
  Damage damage_;
  Side from_ = Side::kOutside;
  std::vector<Bytes> waiting_;
  size_t burst_ = 1;
};

}  // namespace
}  // namespace synsplice::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  synsplice::fuzz::Story({data, size}).Tell();
  return 0;
}
