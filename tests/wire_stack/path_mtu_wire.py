#!/usr/bin/python3
"""The path MTU shrinks during a transfer: the appliance tells the sender so (rule 23)."""

from wire_test import WireTest, main
from wire_lab.dialogue import accepted, connect, listen, send_over
from wire_lab.lab import SITES
from wire_lab.sockets import SocketInfo

SIZE, FIRST_PART = 8 << 20, 1 << 20
TIMEOUT_S = 10
SHRUNK_MTU = 1400
TIMESTAMPS = 12  # bytes of a segment's options

VIRTUAL, VIRTUAL6 = "198.18.0.100", "2001:db8::100"
BACKEND, BACKEND6 = SITES["server"].host
PORT, BACKEND_PORT = 80, 8080


class ShrinkingPath(WireTest):
    """Between a client and a server that each stand behind a router."""

    lab_options = {"routed": ("client", "server")}

    def _transfer(self, service, backend, download):
        """Sends one way while the path shrinks before the receiver; returns what the sender's
        kernel then takes for the path MTU."""
        with listen(self.server, backend) as listener, \
                connect(self.client, service, TIMEOUT_S) as client, \
                accepted(listener, TIMEOUT_S) as server:
            ends = (self.client, client), (self.server, server)
            (receiving, receiver), (sending, sender) = ends if download else reversed(ends)
            router = self.lab.routers[receiving.name]

            def shrink():
                router.run("ip", "link", "set", "eth1", "mtu", str(SHRUNK_MTU))

            send_over(sender, receiver, SIZE, FIRST_PART, shrink)
            return SocketInfo(sending, sender).path_mtu

    def _check(self, service, backend, download, learned=SHRUNK_MTU):
        self.assertEqual(self._transfer(service, backend, download), learned)
        events, drops = self.events(), self.drops()
        # Every segment under way causes an error; those behind the acknowledgement of what they
        # quote are late, and dropped (icmp_out_of_place).
        self.assertGreater(events["icmp_translated"], 0)
        self.assertEqual(drops["icmp_without_flow"], 0)


class Transparent(ShrinkingPath):
    services = [{"name": "web", "listen": [f"{BACKEND}:{PORT}", f"[{BACKEND6}]:{PORT}"]}]

    def _check_here(self, address, **options):
        self._check((address, PORT), (address, PORT), **options)

    def test_download(self):
        self._check_here(BACKEND, download=True)

    def test_download_over_ipv6(self):
        self._check_here(BACKEND6, download=True)

    def test_upload(self):
        self._check_here(BACKEND, download=False)

    def test_upload_over_ipv6(self):
        self._check_here(BACKEND6, download=False)

    def test_download_from_a_server_without_timestamps(self):
        self.server.sysctl("net.ipv4.tcp_timestamps", 0)
        self._check_here(BACKEND, download=True, learned=SHRUNK_MTU - TIMESTAMPS)

    def test_download_from_a_server_without_timestamps_over_ipv6(self):
        self.server.sysctl("net.ipv4.tcp_timestamps", 0)
        self._check_here(BACKEND6, download=True, learned=SHRUNK_MTU - TIMESTAMPS)


class Nat(ShrinkingPath):
    def prepare(self):
        next_hop = self.lab.routers["server"].mac()
        self.services = [{
            "name": "web", "listen": [f"{VIRTUAL}:{PORT}", f"[{VIRTUAL6}]:{PORT}"],
            "backends": [{"address": f"{BACKEND}:{BACKEND_PORT}", "mac": next_hop},
                         {"address": f"[{BACKEND6}]:{BACKEND_PORT}", "mac": next_hop}]}]

    def test_download(self):
        self._check((VIRTUAL, PORT), (BACKEND, BACKEND_PORT), download=True)

    def test_download_over_ipv6(self):
        self._check((VIRTUAL6, PORT), (BACKEND6, BACKEND_PORT), download=True)

    def test_upload(self):
        self._check((VIRTUAL, PORT), (BACKEND, BACKEND_PORT), download=False)

    def test_upload_over_ipv6(self):
        self._check((VIRTUAL6, PORT), (BACKEND6, BACKEND_PORT), download=False)


if __name__ == "__main__":
    main()
