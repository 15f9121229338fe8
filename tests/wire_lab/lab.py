"""The namespaces of __init__.py, joined by veth pairs, as one context manager."""

import contextlib
import os
import tempfile

from wire_lab.namespace import Namespace
from wire_lab.process import TRAFFIC_CPU

CLIENT, CLIENT6 = "198.18.0.1", "2001:db8::1"
ATTACKER, ATTACKER6 = "198.18.0.2", "2001:db8::2"
SERVER, SERVER6 = "198.18.0.10", "2001:db8::10"
SECOND, SECOND6 = "198.18.0.12", "2001:db8::12"
# Sources of floods: routed to the attacker. A source without a route takes no place in a
# server's SYN queue, and one on the link would make an ARP storm of its own.
SPOOFED, SPOOFED6 = "198.19.0.0/16", "2001:db8:ffff::/48"

BRIDGE = "bridge0"
# Unfinished checksums, 64 KB segments and tags beside the frame must not leave a stack: the
# appliance sees what a wire would carry. The last two are what makes tags visible to AF_XDP.
OFFLOADS = ("tx", "rx", "tso", "gso", "gro", "txvlan", "tx-vlan-stag-hw-insert")


class Lab:
    """`with Lab() as lab`: lab.client, lab.attacker, lab.box (the appliance's), lab.server.

    REQUIRES: sandbox.enter()
    """

    def __init__(self, mtu=1500, second_server=False):
        self.mtu = mtu
        self._second_server = second_server
        self._switches = []
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
        self.client = self._host("client", CLIENT, CLIENT6, self.outside)
        self.attacker = self._host("attacker", ATTACKER, ATTACKER6, self.outside)
        self.box = self._namespace("box")
        self.box.sysctl("net.ipv6.conf.default.disable_ipv6", 1)
        self._link(self.box, "out0", self.outside, "to-box")
        self._build_inside()
        for server in self.servers:
            server.run("ip", "route", "add", SPOOFED, "via", ATTACKER)
            server.run("ip", "route", "add", SPOOFED6, "via", ATTACKER6)
        self._drop_backscatter()

    def _build_inside(self):
        if not self._second_server:
            self.server = self._host("server", SERVER, SERVER6, self.box, "in0")
            self.servers = [self.server]
            return
        self.inside = self._switch("inside")
        self._link(self.box, "in0", self.inside, "to-box")
        self.server = self._host("server", SERVER, SERVER6, self.inside)
        self.second = self._host("second", SECOND, SECOND6, self.inside)
        self.servers = [self.server, self.second]

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
        space.run("ip", "link", "add", "name", BRIDGE, "type", "bridge", "mcast_snooping", "0")
        space.run("ip", "link", "set", BRIDGE, "up")
        self._switches.append(space)
        return space

    def _host(self, role, address, address6, far, far_device=None):
        space = self._namespace(role)
        self._link(space, "eth0", far, far_device or f"to-{role}")
        space.run("ip", "address", "add", f"{address}/16", "dev", "eth0")
        space.run("ip", "address", "add", f"{address6}/64", "dev", "eth0", "nodad")
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
            space.run("ip", "link", "set", device, "up")
