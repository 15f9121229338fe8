"""The namespaces of __init__.py, joined by veth pairs, as one context manager."""

import contextlib
import dataclasses
import os
import tempfile

from wire_lab.cable import DEVICES, Cable
from wire_lab.namespace import Namespace
from wire_lab.process import TRAFFIC_CPU

CLIENT, CLIENT6 = "198.18.0.1", "2001:db8::1"
ATTACKER, ATTACKER6 = "198.18.0.2", "2001:db8::2"
SERVER, SERVER6 = "198.18.0.10", "2001:db8::10"
SECOND, SECOND6 = "198.18.0.12", "2001:db8::12"
# Sources of floods: routed to the attacker. A source without a route takes no place in a
# server's SYN queue, and one on the link would make an ARP storm of its own.
SPOOFED, SPOOFED6 = "198.19.0.0/16", "2001:db8:ffff::/48"


@dataclasses.dataclass(frozen=True)
class Site:
    """Where a host with a router of its own stands; all pairs are IPv4, IPv6."""

    router: tuple  # its addresses on the side of the appliance
    gateway: tuple  # its addresses towards the host
    host: tuple
    subnet: tuple


# By the role of the host. The subnets are of nobody's link, so that only the router reaches them.
SITES = {
    "client": Site(("198.18.0.3", "2001:db8::3"), ("198.18.129.254", "2001:db8:129::fe"),
                   ("198.18.129.1", "2001:db8:129::1"), ("198.18.129.0/24", "2001:db8:129::/64")),
    "server": Site(("198.18.0.13", "2001:db8::13"), ("198.18.130.254", "2001:db8:130::fe"),
                   ("198.18.130.10", "2001:db8:130::10"), ("198.18.130.0/24", "2001:db8:130::/64")),
}
# Behind the server's router too.
EQUAL_SITE = Site(SITES["server"].router, ("198.18.131.254", "2001:db8:131::fe"),
                  ("198.18.131.10", "2001:db8:131::10"), ("198.18.131.0/24", "2001:db8:131::/64"))
EQUAL = ("198.18.132.10", "2001:db8:132::10")

BRIDGE = "bridge0"
# Unfinished checksums, 64 KB segments and tags beside the frame must not leave a stack: the
# appliance sees what a wire would carry. The last two are what makes tags visible to AF_XDP.
OFFLOADS = ("tx", "rx", "tso", "gso", "gro", "txvlan", "tx-vlan-stag-hw-insert")


class Lab:
    """`with Lab() as lab`: lab.client, lab.attacker, lab.box (the appliance's), lab.server.

    Hosts whose role is in `routed` have their address of SITES, behind lab.routers[role], whose
    devices are eth0 (to the appliance) and eth1 (to the host).

    With `round_trip_ms` the client is so far away: lab.cable delays its frames, both ways alike.

    REQUIRES: sandbox.enter()
    """

    def __init__(self, mtu=1500, second_server=False, routed=(), round_trip_ms=None):
        self.mtu = mtu
        self.routers = {}
        self._second_server = second_server
        self._routed = routed
        self._round_trip_ms = round_trip_ms
        self._switches = []
        self._neighbours = []  # the hosts and routers of the appliance's link
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        os.sched_setaffinity(0, {TRAFFIC_CPU})
        with contextlib.ExitStack() as stack:
            self._stack = stack
            self._build()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _build(self):
        self.directory = self._stack.enter_context(tempfile.TemporaryDirectory(dir="/run"))
        self.outside = self._switch("outside")
        self._build_client()
        self.attacker = self._host("attacker", (ATTACKER, ATTACKER6), self.outside)
        self.box = self._namespace("box")
        self.box.sysctl("net.ipv6.conf.default.disable_ipv6", 1)
        self._link(self.box, "out0", self.outside, "to-box")
        self._build_inside()
        self._route()
        self._drop_backscatter()

    def replace_server_link(self, mac):
        """A new pair in place of the deleted one between the box and its only server."""
        self._link(self.server, "eth0", self.box, "in0")
        self.server.run("ip", "link", "set", "eth0", "address", mac)
        _add_addresses(self.server, "eth0", (SERVER, SERVER6), ("16", "64"))

    def deliver_redirected(self):
        """What an XDP program of the box sends out by itself arrives: a veth end takes it with NAPI
        only. REQUIRES: one server."""
        for space, device in ((self.outside, "to-box"), (self.server, "eth0")):
            space.run("ethtool", "-K", device, "gro", "on")

    def add_equal_server(self):
        """A second host behind the server's router. Both have the addresses EQUAL, and the router
        chooses among them as its kernel does by default. REQUIRES: the server is routed."""
        router = self.routers["server"]
        equal = self._end("equal", router, "eth2")
        _add_addresses(router, "eth2", EQUAL_SITE.gateway, ("24", "64"))
        _add_addresses(equal, "eth0", EQUAL_SITE.host, ("24", "64"))
        _add_routes(equal, ("0.0.0.0/0", "::/0"), EQUAL_SITE.gateway)
        for space in self.server, equal:
            _add_addresses(space, "eth0", EQUAL, ("32", "128"))
        for address, *hops in zip(EQUAL, SITES["server"].host, EQUAL_SITE.host):
            router.run("ip", "route", "add", address,
                       *(word for hop in hops for word in ("nexthop", "via", hop)))
        for space in self._neighbours:
            if space is not router:
                _add_routes(space, EQUAL, EQUAL_SITE.router)
        return equal

    def _build_client(self):
        if self._round_trip_ms is None:
            self.client = self._host("client", (CLIENT, CLIENT6), self.outside)
            return
        distance = self._namespace("distance")
        distance.sysctl("net.ipv6.conf.default.disable_ipv6", 1)
        near, far = DEVICES
        self._link(distance, far, self.outside, "to-client")
        self.client = self._host("client", (CLIENT, CLIENT6), distance, near)
        self.cable = Cable(distance, self._round_trip_ms)

    def _build_inside(self):
        if not self._second_server:
            self.server = self._host("server", (SERVER, SERVER6), self.box, "in0")
            self.servers = [self.server]
            return
        self.inside = self._switch("inside")
        self._link(self.box, "in0", self.inside, "to-box")
        self.server = self._host("server", (SERVER, SERVER6), self.inside)
        self.second = self._host("second", (SECOND, SECOND6), self.inside)
        self.servers = [self.server, self.second]

    def _route(self):
        for server in self.servers:
            nearest = self.routers.get(server.name, server)
            _add_routes(nearest, (SPOOFED, SPOOFED6), (ATTACKER, ATTACKER6))
        for role, router in self.routers.items():
            for space in self._neighbours:
                if space is not router:
                    _add_routes(space, SITES[role].subnet, SITES[role].router)

    def _drop_backscatter(self):
        """What comes back for spoofed sources ends at once, at the same cost in every act."""
        self.attacker.run("nft", f"""table netdev flood {{
            chain returning {{
                type filter hook ingress device eth0 priority 0;
                ip daddr {SPOOFED} drop
                ip6 daddr {SPOOFED6} drop
            }}
        }}""")

    def _namespace(self, role):
        return self._stack.enter_context(Namespace(role, self.directory))

    def _switch(self, role):
        space = self._namespace(role)
        space.sysctl("net.ipv6.conf.default.disable_ipv6", 1)
        space.ip(f"link add name {BRIDGE} type bridge mcast_snooping 0", f"link set {BRIDGE} up")
        self._switches.append(space)
        return space

    def _host(self, role, addresses, far, far_device=None):
        """A host on the appliance's link, or behind a router that is there in its place."""
        far_device = far_device or f"to-{role}"
        if role not in self._routed:
            return self._neighbour(role, addresses, far, far_device)
        site = SITES[role]
        router = self._neighbour(f"{role}-router", site.router, far, far_device)
        router.sysctl("net.ipv4.ip_forward", 1)
        router.sysctl("net.ipv6.conf.all.forwarding", 1)
        host = self._end(role, router, "eth1")
        _add_addresses(router, "eth1", site.gateway, ("24", "64"))
        _add_addresses(host, "eth0", site.host, ("24", "64"))
        _add_routes(host, ("0.0.0.0/0", "::/0"), site.gateway)
        self.routers[role] = router
        return host

    def _neighbour(self, role, addresses, far, far_device):
        space = self._end(role, far, far_device)
        _add_addresses(space, "eth0", addresses, ("16", "64"))
        self._neighbours.append(space)
        return space

    def _end(self, role, far, far_device):
        space = self._namespace(role)
        self._link(space, "eth0", far, far_device)
        # Window scale 7, whatever this kernel's own default would make it.
        space.sysctl("net.ipv4.tcp_rmem", "4096 131072 6291456")
        return space

    def _link(self, near, near_device, far, far_device):
        # One queue on both ends: veth accepts XDP only with as many RX queues as the peer sends on.
        queues = ["numrxqueues", "1", "numtxqueues", "1", "mtu", str(self.mtu)]
        near.run("ip", "link", "add", "name", near_device, *queues, "type", "veth",
                 "peer", "name", far_device, *queues, "netns", far.name)
        for space, device in ((near, near_device), (far, far_device)):
            space.run("ethtool", "-K", device, *sum(([name, "off"] for name in OFFLOADS), []))
            if space in self._switches:
                space.run("ip", "link", "set", device, "master", BRIDGE)
            space.set_up(device)


def _add_addresses(space, device, addresses, prefixes):
    space.ip(*(f"address add {address}/{prefix} dev {device} {options}"
               for address, prefix, options in zip(addresses, prefixes, ("", "nodad"))))


def _add_routes(space, destinations, gateways):
    space.ip(*(f"route add {destination} via {gateway}"
               for destination, gateway in zip(destinations, gateways)))
