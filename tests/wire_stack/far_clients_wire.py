#!/usr/bin/python3
"""A client 250 ms away: no round trip is added by default, one where a service asks for it.

far_clients.py measures the rest; docs/far-clients.md tells it.
"""

import statistics
import time

from wire_test import TRANSPARENT, WireTest, main
from wire_lab.dialogue import TcpServer, connect
from wire_lab.far_downloads import ADDRESS, FarServer, download
from wire_lab.lab import SERVER

ROUND_TRIP_S = 0.25
# The handshake is one round trip, the request and all of the answer the second.
FIRST_WINDOW = 12_000
SEVERAL_WINDOWS, ENOUGH_S = 3_000_000, 6
COUNT = 3


class FarClient:
    lab_options = {"round_trip_ms": ROUND_TRIP_S * 1000}
    added_round_trips = 0

    def setUp(self):
        super().setUp()
        with FarServer(self.server):
            download(self.client, 1, 1)  # neighbour discovery, which a cable makes slow

    def _downloads(self, size, control="cubic"):
        """The seconds that each took, and the server's first round-trip times in milliseconds."""
        with FarServer(self.server, control) as server:
            return download(self.client, size, COUNT), server.first_rtt_ms

    def _expect_enough(self, control="cubic"):
        """Of the quickest one: a busy machine slows one or the other, the appliance would all."""
        seconds, _ = self._downloads(SEVERAL_WINDOWS, control)
        self.assertLess(min(seconds), ENOUGH_S, seconds)

    def _each_client(self):
        for timestamps in (1, 0):
            self.client.sysctl("net.ipv4.tcp_timestamps", timestamps)
            yield

    def test_round_trips(self):
        for _ in self._each_client():
            seconds, _ = self._downloads(FIRST_WINDOW)
            round_trips = 2 + self.added_round_trips
            self.assertGreater(min(seconds), round_trips * ROUND_TRIP_S)
            self.assertLess(statistics.median(seconds), (round_trips + 0.6) * ROUND_TRIP_S)


class AtOnce(FarClient, WireTest):
    def test_the_cable_is_as_long_as_it_says(self):
        ping = self.client.run("ping", "-c", "3", "-i", "0.2", SERVER).stdout
        shortest_ms = float(ping.split("min/avg/max/mdev = ")[1].split("/")[0])
        self.assertAlmostEqual(shortest_ms / 1000, ROUND_TRIP_S, delta=0.05)
        self.assertEqual(self.lab.cable.stop(), 0)

    def test_resent_segments_do_not_slow_a_download(self):
        """Of a server with Linux's own congestion control."""
        for _ in self._each_client():
            self._expect_enough()

    def test_the_server_measures_the_appliance(self):
        """Which is why it resends early."""
        _, first_rtt_ms = self._downloads(FIRST_WINDOW)
        self.assertLess(statistics.median(first_rtt_ms) / 1000, ROUND_TRIP_S / 2)


class EndToEndAck(FarClient, WireTest):
    """The server measures the client, and one round trip is added: nothing else changes."""

    services = [{**TRANSPARENT[0], "end_to_end_ack": True}]
    added_round_trips = 1

    def test_the_server_measures_the_client(self):
        for _ in self._each_client():
            _, first_rtt_ms = self._downloads(FIRST_WINDOW)
            self.assertGreaterEqual(min(first_rtt_ms) / 1000, ROUND_TRIP_S)

    def test_server_with_bbr(self):
        """It takes its first measurement for the path's for ten seconds: acknowledged at once, this
        download takes more than twice as long."""
        self._expect_enough("bbr")

    def test_server_that_speaks_first(self):
        """Its SYN-ACK is acknowledged by a client that has nothing to say, not by timer."""
        started = time.monotonic()
        with TcpServer(self.server, ADDRESS, lambda connection: connection.sendall(b"hello")), \
                connect(self.client, ADDRESS) as client:
            self.assertEqual(client.recv(10), b"hello")
        self.assertLess(time.monotonic() - started, 3.6 * ROUND_TRIP_S)


if __name__ == "__main__":
    main()
