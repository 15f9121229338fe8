#!/usr/bin/python3
"""Timestamps, SACK and window scaling, on and off at the client and at the server: all 64.

The client must have what it offered and the promise holds; the server what it offered itself of
that. Where they differ, the appliance repairs every segment (rule 16).
"""

import itertools

from wire_test import TRANSPARENT, WireTest, main
from wire_lab.dialogue import accepted, connect, exchange_over, listen
from wire_lab.lab import SERVER, SERVER6
from wire_lab.sockets import SocketInfo

SIZE = 100_000
# Three values, so that `ss` tells whose scale it shows. A cookie without timestamps can keep 8.
CLIENT_SCALE, PROMISED_SCALE, SERVER_SCALE = 8, 7, 9
RECEIVE_BUFFER = {CLIENT_SCALE: "4096 131072 8388608", SERVER_SCALE: "4096 131072 16777216"}

NAMES = ("ts", "sack", "scale")
SYSCTLS = ("tcp_timestamps", "tcp_sack", "tcp_window_scaling")
COMBINATIONS = [{name for name, on in zip(NAMES, chosen) if on}
                for chosen in itertools.product((True, False), repeat=len(NAMES))]


def set_options(host, options):
    host.run("sysctl", "-qw", *(f"net.ipv4.{key}={int(name in options)}"
                                for name, key in zip(NAMES, SYSCTLS)))


class Combinations(WireTest):
    services = [{**TRANSPARENT[0], "promise": {
        "window_scale": PROMISED_SCALE, "sack": True, "timestamps": True}}]

    def prepare(self):
        self.client.sysctl("net.ipv4.tcp_rmem", RECEIVE_BUFFER[CLIENT_SCALE])
        self.server.sysctl("net.ipv4.tcp_rmem", RECEIVE_BUFFER[SERVER_SCALE])

    def _assert_negotiated(self, info, options, peer_scale, own_scale):
        scales = (peer_scale, own_scale) if "scale" in options else (None, None)
        self.assertEqual((info.options, info.peer_scale, info.own_scale),
                         (options - {"scale"}, *scales), info.text)

    def _check(self, listener, offered, kept):
        with connect(self.client, listener.getsockname()[:2]) as client, \
                accepted(listener) as server:
            exchange_over(client, server, SIZE)
            self._assert_negotiated(SocketInfo(self.client, client), offered,
                                    PROMISED_SCALE, CLIENT_SCALE)
            self._assert_negotiated(SocketInfo(self.server, server), kept,
                                    CLIENT_SCALE, SERVER_SCALE)

    def _check_all(self, address):
        listener = self.enterContext(listen(self.server, (address, 80)))
        for client in COMBINATIONS:
            set_options(self.client, client)
            for server in COMBINATIONS:
                set_options(self.server, server)
                with self.subTest(client=sorted(client), server=sorted(server)):
                    self._check(listener, client, client & server)
        self.assertEqual(self.events()["flows_spliced"], len(COMBINATIONS) ** 2)

    def test_all_over_ipv4(self):
        self._check_all(SERVER)

    def test_all_over_ipv6(self):
        self._check_all(SERVER6)


if __name__ == "__main__":
    main()
