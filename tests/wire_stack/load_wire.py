#!/usr/bin/python3
"""Load tools: fast port reuse and long fast streams."""

import json

from wire_test import WireTest, main
from wire_lab.connections import one_after_another
from wire_lab.http import Nginx, closing_connections
from wire_lab.lab import SERVER, SERVER6
from wire_lab.process import TRAFFIC_CPU, wait_until

IPERF_PORT = 5201


class Wrk(WireTest):
    def prepare(self):
        Nginx(self.lab, self.server)

    def test_ten_seconds_of_closing_connections_without_an_error(self):
        result = closing_connections(self.client, f"http://{SERVER}/", 10)
        self.assertEqual(result.errors, 0, result.output)
        self.assertGreater(result.requests, 10_000, result.output)
        report = self.appliance.stop()
        # Ports came round again, and that cost nothing (rule 20).
        self.assertGreater(report["events"]["flows_replaced"], 0)


class TwoWorkers(WireTest):
    """One queue and two workers: half of the frames arrive at another worker than their own."""

    sections = {"workers": 2}

    def prepare(self):
        Nginx(self.lab, self.server)

    def test_frames_are_handed_over(self):
        for address in (SERVER, SERVER6):
            connections = one_after_another(self.client, (address, 80), 100, 20, timeout_s=3)
            self.assertEqual((connections.attempts, connections.success), (100, 1.0))
        events = self.events()
        self.assertEqual(events["flows_spliced"], 200)
        self.assertGreater(events["handed_over"], 200)


class Iperf(WireTest):
    services = [{"name": "iperf",
                 "listen": [f"{SERVER}:{IPERF_PORT}", f"[{SERVER6}]:{IPERF_PORT}"]}]

    def _megabits(self, address, *options):
        server = self.server.start("iperf3", "--server", "--one-off", "--port", str(IPERF_PORT),
                                   cpu=TRAFFIC_CPU)
        wait_until(lambda: str(IPERF_PORT) in self.server.run("ss", "-Hltn").stdout, "iperf3", 5)
        result = self.client.run("iperf3", "--client", address, "--port", str(IPERF_PORT),
                                 "--time", "2", "--json", *options)
        server.wait(5)
        return json.loads(result.stdout)["end"]["sum_received"]["bits_per_second"] / 1e6

    def test_streams_both_ways(self):
        for address in (SERVER, SERVER6):
            for options in ((), ("--reverse",), ("--parallel", "4")):
                with self.subTest(address=address, options=options):
                    self.assertGreater(self._megabits(address, *options), 100)


if __name__ == "__main__":
    main()
