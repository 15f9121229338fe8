#include "lwip_stack.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "lwip/init.h"
#include "lwip/ip.h"
#include "lwip/ip6_frag.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"

namespace {

netif interfaces[synsplice::sim::kMaxHosts];
synsplice::sim::LwipStack::User user;

}  // namespace

// In place of the library's.
extern "C" {

u32_t tcp_next_iss(tcp_pcb* pcb) { return user.next_isn(*pcb); }

netif* ip4_route(const ip4_addr_t*) { return ip_current_input_netif(); }

netif* ip6_route(const ip6_addr_t*, const ip6_addr_t*) { return ip_current_input_netif(); }

}  // extern "C"

namespace synsplice::sim {
namespace {

static_assert(kTcpTick == TCP_TMR_INTERVAL);
constexpr uint32_t kTicksPerSecond = 1000 / kTcpTick;

err_t Output(netif* from, pbuf* packet) {
  std::vector<uint8_t> bytes(packet->tot_len);
  pbuf_copy_partial(packet, bytes.data(), packet->tot_len, 0);
  user.output(static_cast<uint32_t>(from - interfaces), bytes);
  return ERR_OK;
}

err_t SetUp(netif* interface) {
  interface->output = [](netif* from, pbuf* packet, const ip4_addr_t*) {
    return Output(from, packet);
  };
  interface->output_ip6 = [](netif* from, pbuf* packet, const ip6_addr_t*) {
    return Output(from, packet);
  };
  return ERR_OK;
}

void StartOnce() {
  static const bool kStarted = [] {
    lwip_init();
    for (netif& interface : interfaces) {
      netif_add(&interface, nullptr, nullptr, nullptr, nullptr, SetUp, ip_input);
      netif_set_link_up(&interface);
    }
    return true;
  }();
  (void)kStarted;
}

ip_addr_t ToLwip(const Address& address) {
  ip_addr_t out = {};
  const bool v4 = address.IsV4();
  IP_SET_TYPE_VAL(out, v4 ? IPADDR_TYPE_V4 : IPADDR_TYPE_V6);
  std::memcpy(&out.u_addr, address.WireBytes(), address.WireLength());
  return out;
}

bool Is(const tcp_pcb& pcb, const Endpoint& local, const Endpoint& remote) {
  return EndpointOf(pcb.local_ip, pcb.local_port) == local &&
         EndpointOf(pcb.remote_ip, pcb.remote_port) == remote;
}

// Without a RST.
void Abandon(tcp_pcb* pcb) { tcp_abandon(pcb, 0); }

void ForgetIf(tcp_pcb** list, const std::function<bool(const tcp_pcb&)>& matches) {
  for (tcp_pcb* pcb = *list; pcb;) {
    tcp_pcb* const next = pcb->next;
    if (matches(*pcb)) Abandon(pcb);
    pcb = next;
  }
}

}  // namespace

Endpoint EndpointOf(const ip_addr_t& address, uint16_t port) {
  const auto* wire = reinterpret_cast<const uint8_t*>(&address.u_addr);
  return {Address::FromWire(wire, !IP_IS_V4_VAL(address)), port};
}

LwipStack::LwipStack(User its_user) {
  StartOnce();
  user = std::move(its_user);
  tcp_ticks = 0;
}

LwipStack::~LwipStack() {
  user.output = [](uint32_t, std::span<const uint8_t>) {};
  const auto all = [](const tcp_pcb&) { return true; };
  ForgetIf(&tcp_active_pcbs, all);
  ForgetIf(&tcp_tw_pcbs, all);
  ForgetIf(&tcp_bound_pcbs, all);
  while (tcp_listen_pcbs.pcbs) tcp_close(tcp_listen_pcbs.pcbs);
  // Every other call is the slow timer's.
  if (ticks_ % 2 != 0) tcp_tmr();
  // What a damaged IPv6 header made a fragment.
  for (int i = 0; i <= IPV6_REASS_MAXAGE; ++i) ip6_reass_tmr();
  for (netif& interface : interfaces) netif_set_down(&interface);
}

void LwipStack::AddHost(uint32_t host, const Address& address, uint16_t mtu) {
  netif& interface = interfaces[host];
  interface.mtu = interface.mtu6 = mtu;
  const ip_addr_t own = ToLwip(address);
  if (address.IsV4()) {
    const ip4_addr_t mask = {0xffffffff}, gateway = {0};
    netif_set_addr(&interface, ip_2_ip4(&own), &mask, &gateway);
  } else {
    netif_ip6_addr_set(&interface, 0, ip_2_ip6(&own));
    netif_ip6_addr_set_state(&interface, 0, IP6_ADDR_PREFERRED);
  }
  netif_set_up(&interface);
}

tcp_pcb* LwipStack::Bind(uint32_t host, const Endpoint& local) {
  const ip_addr_t address = ToLwip(local.address);
  tcp_pcb* pcb = tcp_new_ip_type(IP_GET_TYPE(&address));
  tcp_bind_netif(pcb, &interfaces[host]);
  if (tcp_bind(pcb, &address, local.port) == ERR_OK) return pcb;
  tcp_abort(pcb);
  return nullptr;
}

err_t LwipStack::Connect(tcp_pcb& pcb, const Endpoint& server) {
  const ip_addr_t address = ToLwip(server.address);
  return tcp_connect(&pcb, &address, server.port, nullptr);
}

tcp_pcb* LwipStack::Listen(tcp_pcb& pcb) { return tcp_listen(&pcb); }

void LwipStack::Input(uint32_t host, std::span<const uint8_t> packet) {
  const auto length = static_cast<u16_t>(packet.size());
  pbuf* buffer = pbuf_alloc(PBUF_RAW, length, PBUF_RAM);
  pbuf_take(buffer, packet.data(), length);
  interfaces[host].input(buffer, &interfaces[host]);
}

void LwipStack::Tick() {
  tcp_tmr();
  if (++ticks_ % kTicksPerSecond == 0) ip6_reass_tmr();
}

void LwipStack::EndTimeWait(const Endpoint& local, const Endpoint& remote) {
  ForgetIf(&tcp_tw_pcbs, [&](const tcp_pcb& pcb) { return Is(pcb, local, remote); });
}

void LwipStack::Forget(const Address& local) {
  const auto matches = [&](const tcp_pcb& pcb) {
    return EndpointOf(pcb.local_ip, pcb.local_port).address == local;
  };
  ForgetIf(&tcp_active_pcbs, matches);
  ForgetIf(&tcp_tw_pcbs, matches);
}

bool LwipStack::IsBusy() const { return tcp_active_pcbs != nullptr; }

}  // namespace synsplice::sim
