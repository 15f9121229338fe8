#!/usr/bin/python3
"""Load tools: fast port reuse and long fast streams."""

from wire_test import TRANSPARENT, WireTest, main
from wire_lab.connections import one_after_another
from wire_lab.http import Nginx, closing_connections
from wire_lab.lab import SERVER, SERVER6
from wire_lab.streams import IPERF_PORT, stream_megabits

VIRTUAL, VIRTUAL6 = "198.18.0.100", "2001:db8::100"


def nat_service(port, server_port):
    return {"name": "nat", "listen": [f"{VIRTUAL}:{port}", f"[{VIRTUAL6}]:{port}"],
            "backends": [f"{SERVER}:{server_port}", f"[{SERVER6}]:{server_port}"]}


class Wrk(WireTest):
    sections = {"idle": "poll"}
    services = [*TRANSPARENT, nat_service(80, 8080)]

    def prepare(self):
        Nginx(self.lab, self.server, ports=(80, 8080))

    def test_ten_seconds_of_closing_connections_without_an_error(self):
        result = closing_connections(self.client, f"http://{SERVER}/", 10)
        self.assertEqual(result.errors, 0, result.output)
        self.assertGreater(result.requests, 10_000, result.output)
        report = self.appliance.stop()
        # Ports came round again, and that cost nothing (rule 20).
        self.assertGreater(report["events"]["flows_replaced"], 0)

    def test_closing_connections_over_ipv6_and_nat(self):
        for host in (f"[{SERVER6}]", VIRTUAL, f"[{VIRTUAL6}]"):
            result = closing_connections(self.client, f"http://{host}/", 3)
            self.assertEqual(result.errors, 0, result.output)
            self.assertGreater(result.requests, 1000, result.output)


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


class TwoQueues(TwoWorkers):
    """The kernel spreads connections over the queues of af_packet by its own hash: both must be
    polled, and a frame's queue says nothing about its owner. (On veth AF_XDP has one queue.)"""

    sections = {"workers": 2, "ports": {"queues": 2},
                "devices": [f"net_af_packet{index},iface={device},qpairs=2"
                            for index, device in enumerate(("out0", "in0"))]}

    def test_closing_connections_without_an_error(self):
        result = closing_connections(self.client, f"http://{SERVER}/", 3)
        self.assertEqual(result.errors, 0, result.output)
        self.assertGreater(result.requests, 1000, result.output)


class TwoQueuesOfOneWorker(TwoQueues):
    sections = {**TwoQueues.sections, "workers": 1}
    test_frames_are_handed_over = None


class Iperf(WireTest):
    sections = {"idle": "poll"}
    services = [{"name": "iperf",
                 "listen": [f"{SERVER}:{IPERF_PORT}", f"[{SERVER6}]:{IPERF_PORT}"]},
                nat_service(5000, IPERF_PORT)]

    def _megabits(self, address, port, *options):
        return stream_megabits(self.lab, (address, port), 1, *options)

    def test_streams_both_ways(self):
        for address in (SERVER, SERVER6):
            for options in ((), ("--reverse",), ("--parallel", "4")):
                with self.subTest(address=address, options=options):
                    self.assertGreater(self._megabits(address, IPERF_PORT, *options), 100)

    def test_streams_through_nat(self):
        for address in (VIRTUAL, VIRTUAL6):
            with self.subTest(address=address):
                self.assertGreater(self._megabits(address, 5000, "--bidir"), 100)


if __name__ == "__main__":
    main()
