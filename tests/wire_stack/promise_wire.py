#!/usr/bin/python3
"""Promises follow the server; what was promised and is not kept is repaired (rules 16, 26)."""

import time

from wire_test import TRANSPARENT, WireTest, main
from wire_lab.dialogue import accepted, connect, exchange, exchange_over, listen
from wire_lab.lab import SERVER, SERVER6
from wire_lab.sockets import SocketInfo

EPOCH_S = 4
PREPARED_S = 0.2  # before a turn its promises are decided
LEARNED_AFTER = 3  # equal answers
ADVERTISED_MSS = 1300


def limit_mss(server):
    """The server's SYN-ACKs offer less than Ethernet would carry."""
    for family in "-4", "-6":
        for route in server.run("ip", family, "route", "show", "dev", "eth0",
                                "proto", "kernel").stdout.splitlines():
            if not route.startswith("fe80"):
                server.run("ip", family, "route", "change", *route.split(), "dev", "eth0",
                           "advmss", str(ADVERTISED_MSS))


class Promises(WireTest):
    sections = {"cookie": {"epoch": f"{EPOCH_S}s"}}

    def _infos(self, address, size=1000):
        """What `ss` shows of one connection on the client and on the server."""
        with listen(self.server, (address, 80)) as listener, \
                connect(self.client, (address, 80)) as client, accepted(listener) as server:
            exchange_over(client, server, size)
            return SocketInfo(self.client, client), SocketInfo(self.server, server)

    def _teach(self, address):
        for _ in range(LEARNED_AFTER):
            self._infos(address)
        time.sleep(EPOCH_S + PREPARED_S + 0.1)

    def test_window_scale_and_mss(self):
        self.server.sysctl("net.ipv4.tcp_rmem", "4096 131072 41943040")
        limit_mss(self.server)
        for address in SERVER, SERVER6:
            self._teach(address)
            client, server = self._infos(address)
            self.assertGreater(server.own_scale, 7)
            # What the SYN-ACK told is what the server itself tells.
            self.assertEqual(client.peer_scale, server.own_scale)
            self.assertRegex(client.text, rf"\bmss:{ADVERTISED_MSS - 12}\b")  # less the time stamps
        self.assertGreaterEqual(self.events()["promises_changed"], 2)

    def test_ecn(self):
        self.client.sysctl("net.ipv4.tcp_ecn", 1)
        for address in SERVER, SERVER6:
            client, server = self._infos(address)
            # The server agrees at once, the client is not told before that is known.
            self.assertNotIn("ecn", client.options, client.text)
            self.assertIn("ecn", server.options, server.text)
            self._teach(address)
            for info in self._infos(address, size=1 << 20):
                self.assertIn("ecn", info.options, info.text)

    def test_timestamps_that_the_server_lacks(self):
        self.server.sysctl("net.ipv4.tcp_timestamps", 0)
        self._teach(SERVER)
        for info in self._infos(SERVER):
            self.assertEqual(info.options, {"sack"}, info.text)


class MssAboveTheServers(WireTest):
    services = [{**TRANSPARENT[0], "promise": {"mss": 1460, "mss_v6": 1440}}]

    def test_client_is_told_and_the_upload_arrives(self):
        limit_mss(self.server)
        for address, headers in (SERVER, 40), (SERVER6, 60):
            exchange(self.client, self.server, (address, 80), 5 << 20)
            route = self.client.run("ip", "route", "get", address).stdout
            self.assertRegex(route, rf"\bmtu {ADVERTISED_MSS + headers}\b")
        self.assertGreater(self.events()["too_big_sent"], 0)


if __name__ == "__main__":
    main()
