#!/usr/bin/python3
"""Rule 24 with real stacks: routers on both sides that fragment what they pass on, IPv4."""

from wire_test import TRANSPARENT, WireTest, main
from wire_lab.capture import Capture
from wire_lab.dialogue import accepted, connect, exchange_over, listen
from wire_lab.lab import ATTACKER, CLIENT, SECOND, SERVER

VIRTUAL = "198.18.0.100"
NAT = [{"name": "nat", "listen": [f"{VIRTUAL}:80"], "backends": [f"{SERVER}:8080"]}]
SIZE = 1_000_000
SEGMENTS = SIZE // 1448
NARROW = "600"  # three fragments of a full segment
FRAGMENTS = "ip[6:2] & 0x3fff != 0 and ip proto 6"


class Fragments(WireTest):
    lab_options = {"second_server": True}
    services = TRANSPARENT + NAT

    def prepare(self):
        self._route(self.client, self.lab.attacker, ATTACKER, (SERVER, VIRTUAL))
        self._route(self.server, self.lab.second, SECOND, (CLIENT,))

    def _route(self, host, router, via, targets):
        """Without DF from `host` to `targets`, through a router with a narrow way to them."""
        host.sysctl("net.ipv4.ip_no_pmtu_disc", 1)
        for space in host, router:
            space.sysctl("net.ipv4.conf.all.send_redirects", 0)
            space.sysctl("net.ipv4.conf.eth0.send_redirects", 0)
        router.sysctl("net.ipv4.ip_forward", 1)
        for target in targets:
            host.run("ip", "route", "add", target, "via", via)
            router.run("ip", "route", "add", target, "dev", "eth0", "mtu", "lock", NARROW)

    def _exchange(self, address, port):
        """Asserts that fragments left both routers and arrived as fragments at the other end."""
        with Capture(self.lab, self.client, "eth0") as near, \
                Capture(self.lab, self.server, "eth0") as far:
            with listen(self.server, (SERVER, port)) as listener, \
                    connect(self.client, address) as client, accepted(listener) as server:
                exchange_over(client, server, SIZE)
        for capture, receiver in ((near, CLIENT), (far, SERVER)):
            arrived = capture.lines(f"{FRAGMENTS} and dst host {receiver}")
            self.assertGreaterEqual(len(arrived), 2 * SEGMENTS)
        counters = self.appliance.stop()
        self.assertGreaterEqual(counters["events"]["fragments"], 2 * 2 * SEGMENTS)
        for reason in "fragment", "fragment_without_first", "fragment_overlap":
            self.assertEqual(counters["drops"][reason], 0, reason)

    def test_transparent(self):
        self._exchange((SERVER, 80), 80)

    def test_nat(self):
        self._exchange((VIRTUAL, 80), 8080)


if __name__ == "__main__":
    main()
