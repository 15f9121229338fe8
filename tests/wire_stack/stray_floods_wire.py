#!/usr/bin/python3
"""Floods of what belongs to no connection: clients get through, each is told by its kind, and of
what has no port only as much passes as `police` lets."""

import json
import pathlib
import socket
import time

import jsonschema

from wire_test import WireTest, main
from wire_lab.appliance import ROOT
from wire_lab.connections import one_after_another
from wire_lab.flood import SteadyFlood
from wire_lab.http import Nginx
from wire_lab.lab import SERVER, SERVER6
from wire_lab.process import wait_until

SCHEMA = json.loads((ROOT / "docs" / "event.schema.json").read_text(encoding="utf-8"))
# By the attack of the library: the kinds that it is told as, the drops that count it.
FLOODS = {
    "ack-flood": ({"ack"}, ("cookie_wrong",)),
    "syn-ack-flood": ({"syn_ack"}, ("syn_ack_without_flow",)),
    "rst-flood": ({"rst"}, ("rst_without_flow",)),
    "fin-flood": ({"ack", "fin"}, ("cookie_wrong", "no_ack")),
    "fragment-flood": ({"fragments"}, ("fragment", "fragment_without_first")),
}
RATE, TOLD_FROM = 20_000, 2000  # frames per second
CONNECTIONS = 100
NOTICED_S = 8
UDP_PER_SECOND, ICMP_PER_SECOND = 50, 20
DATAGRAMS = 400
UDP_PORT = 5353


class StrayFloods(WireTest):
    services = [{"name": "web", "listen": [f"{SERVER}:80", f"[{SERVER6}]:80"],
                 "police": {"ack": TOLD_FROM, "syn_ack": TOLD_FROM, "rst": TOLD_FROM,
                            "fin": TOLD_FROM, "fragments": TOLD_FROM,
                            "udp": UDP_PER_SECOND, "icmp": ICMP_PER_SECOND}}]

    def prepare(self):
        Nginx(self.lab, self.server)
        self.file = pathlib.Path(self.lab.directory) / "events.json"
        self.sections = {"events": {"file": str(self.file)}}

    def _kinds(self, event_type):
        """Of the events of the file; each as the schema wants it."""
        found = [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines()]
        for event in found:
            jsonschema.validate(event, SCHEMA)
        return [event["kind"] for event in found if event["event_type"] == event_type]

    def _play(self, name, kinds):
        """The flood begins, clients come and go, the flood ends."""
        before = len(self._kinds("attack_start"))
        with SteadyFlood(self.lab, name, seconds=20, rate=RATE):
            clients = one_after_another(self.client, (SERVER, 80), CONNECTIONS, 20, timeout_s=3)
            wait_until(lambda: set(self._kinds("attack_start")[before:]) == kinds, name, NOTICED_S)
        self.assertEqual((clients.attempts, clients.success), (CONNECTIONS, 1.0))
        wait_until(lambda: set(self._kinds("attack_end")[before:]) == kinds, name, NOTICED_S)
        self.assertEqual(len(self._kinds("attack_start")), before + len(kinds))

    def test_each_is_told_and_nobody_suffers(self):
        for name, (kinds, _) in FLOODS.items():
            with self.subTest(name):
                self._play(name, kinds)
        drops = self.drops()
        for name, (_, reasons) in FLOODS.items():
            for reason in reasons:
                self.assertGreater(drops[reason], RATE, f"{reason} of {name}")

    def _datagrams_that_arrive(self):
        """Of those that are sent at once."""
        receiver = self.server.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender = self.client.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with receiver, sender:
            receiver.bind((SERVER, UDP_PORT))
            receiver.settimeout(1)
            started = time.monotonic()
            for _ in range(DATAGRAMS):
                sender.sendto(b"datagram", (SERVER, UDP_PORT))
            arrived = 0
            try:
                while receiver.recv(100):
                    arrived += 1
            except TimeoutError:
                return arrived, time.monotonic() - started

    def test_udp_above_the_value_is_dropped(self):
        arrived, seconds = self._datagrams_that_arrive()
        self.assertGreaterEqual(arrived, UDP_PER_SECOND)
        self.assertLessEqual(arrived, UDP_PER_SECOND * (seconds + 1))
        clients = one_after_another(self.client, (SERVER, 80), 10, 100, timeout_s=3)
        self.assertEqual(clients.success, 1.0)
        self.assertEqual(self.drops()["police"], DATAGRAMS - arrived)

    def test_echo_requests_above_the_value_are_dropped(self):
        """The neighbours find each other meanwhile, and what the server itself sends passes."""
        self.client.run("ping", "-q", "-c", "200", "-i", "0.002", "-W", "1", SERVER, check=False)
        self.client.run("ip", "neighbour", "flush", "all")
        self.client.run("ping", "-6", "-q", "-c", "200", "-i", "0.002", "-W", "1", SERVER6,
                        check=False)
        clients = one_after_another(self.client, (SERVER6, 80), 10, 100, timeout_s=3)
        self.assertEqual(clients.success, 1.0)
        drops = self.drops()
        self.assertGreater(drops["police"], 200)
        self.assertLess(drops["police"], 400 - ICMP_PER_SECOND)


if __name__ == "__main__":
    main()
