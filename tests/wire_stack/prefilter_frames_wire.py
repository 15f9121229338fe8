#!/usr/bin/python3
"""The pre-filter: which frames it looks at, budgets, and what becomes of it in accidents."""

import os
import pathlib
import socket
import time

from scapy.layers.inet import IP, TCP, IPOption_RR
from scapy.layers.inet6 import IPv6, IPv6ExtHdrDestOpt
from scapy.layers.l2 import Dot1AD, Dot1Q, Ether

from wire_test import main
from prefilter_wire import ENTERED, FILED, HOLE, NOTICED_S, SNAPSHOT_S, PrefilterWire
from wire_lab.appliance import Synsplice
from wire_lab.flood import Flood
from wire_lab.lab import CLIENT, SERVER, SERVER6
from wire_lab.process import wait_until

MARKED = "198.18.76.7"  # of frames that tests write themselves
BURST = 1000
# Of each burst so many at most go on to the workers: a hundred a second of each CPU.
SAMPLES = 100 * os.cpu_count() * 2


class Frames(PrefilterWire):
    """Which ones it looks at: of the others none is lost before a worker has it."""

    def _dropped(self, packet):
        """How many of a burst were dropped in the kernel; a worker has judged the others."""
        dropped, judged = self._prefiltered("list_block"), self._judged()
        frame = bytes(Ether(src=self.lab.attacker.mac(), dst=self.server.mac()) / packet)
        with self.lab.attacker.entered():
            sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        with sender:
            sender.bind(("eth0", 0))
            for _ in range(BURST):
                sender.send(frame)

        def so_far():
            return self._prefiltered("list_block") - dropped, self._judged() - judged

        wait_until(lambda: sum(so_far()) >= BURST, "the whole burst", NOTICED_S)
        return so_far()[0]

    def _is_dropped(self, packet):
        dropped = self._dropped(packet)
        if dropped:
            self.assertGreaterEqual(dropped, BURST - SAMPLES)
        return dropped != 0

    def test_tcp_to_services_in_all_its_plain_forms(self):
        tcp = TCP(sport=1234, dport=80, flags="S")
        ip = IP(src=MARKED, dst=SERVER)
        for packet in (ip / tcp,
                       ip / TCP(sport=1234, dport=80, flags="A") / b"data",
                       IPv6(src="2001:db8:77::1", dst=SERVER6) / tcp,
                       Dot1Q(vlan=5) / ip / tcp,
                       Dot1AD(vlan=5) / Dot1Q(vlan=6) / ip / tcp):
            self.assertTrue(self._is_dropped(packet), packet.summary())

    def test_an_entry_beside_it_hides_no_file(self):
        self._ctl("list", "add", "banned", "198.18.76.200")
        frame = IP(src=MARKED, dst=SERVER) / TCP(sport=1234, dport=80, flags="S")
        self.assertTrue(self._is_dropped(frame))

    def test_everything_else_is_the_workers(self):
        tcp = TCP(sport=1234, dport=80, flags="S")
        ip = IP(src=MARKED, dst=SERVER)
        for packet in (ip / TCP(sport=1234, dport=81, flags="S"),
                       IP(src=CLIENT, dst=SERVER) / TCP(sport=1234, dport=80, flags="A"),
                       IP(src=HOLE, dst=SERVER) / tcp,
                       IP(src=MARKED, dst=SERVER, options=[IPOption_RR()]) / tcp,
                       IP(src=MARKED, dst=SERVER, flags="MF") / tcp,
                       IPv6(src="2001:db8:77::1", dst=SERVER6) / IPv6ExtHdrDestOpt() / tcp,
                       Dot1Q(vlan=5) / Dot1Q(vlan=6) / Dot1Q(vlan=7) / ip / tcp):
            self.assertFalse(self._is_dropped(packet), packet.summary())


class Budget(PrefilterWire):
    ports = {"prefilter": {"syns_per_second": 2, "burst": 5}}

    def _served(self, source, attempts=12):
        """How many SYNs at once are answered."""
        with self.client.entered():
            connections = [socket.socket() for _ in range(attempts)]
        for connection in connections:
            self.enterContext(connection)
            connection.bind((source, 0))
            connection.setblocking(False)
            connection.connect_ex((SERVER, 80))
        time.sleep(0.5)  # before the first SYN is sent again
        return sum(connection.connect_ex((SERVER, 80)) in (0, 106) for connection in connections)

    def test_a_source_has_so_many(self):
        time.sleep(SNAPSHOT_S)  # nobody has a budget before the kernel knows the lists
        self.assertIn(self._served(CLIENT), (5, 6, 7))
        self.assertGreaterEqual(self._later(lambda: self._prefiltered("syn_budget")), 5)
        self.assertIn(self._served(ENTERED), (5, 6, 7))  # each has its own
        time.sleep(3)
        self.assertGreaterEqual(self._served(CLIENT, 4), 3)  # it fills again

    def test_those_who_are_allowed_have_none_nor_has_monitor(self):
        self._served(HOLE)
        self._ctl("mode", "web", "monitor")
        self._served(ENTERED)
        self.assertEqual(self._later(lambda: self._prefiltered("syn_budget")), 0)


class Deadman(PrefilterWire):
    def prepare(self):
        super().prepare()
        self.lab.deliver_redirected()

    def test_the_wire_filters_nothing_and_the_next_start_does(self):
        self.assertFalse(self._is_served(FILED))
        self.appliance.kill()
        self._wait_for(True, FILED, "over the wire")
        config_file = pathlib.Path(self.lab.directory) / "synsplice.yaml"
        self.appliance = self.enterContext(Synsplice(self.lab, config_file))
        self.assertFalse(self._is_served(FILED))
        self.assertTrue(self._is_served(CLIENT))
        self.assertGreater(self._drop_some(), 5000)

    def test_a_port_that_is_opened_again_has_it_again(self):
        """Both are, when the interface of one comes back."""
        mac = self.server.mac()
        before = self._drop_some()
        self.server.run("ip", "link", "delete", "eth0")
        wait_until(lambda: "is gone" in self.appliance.process.output(), "the accident", NOTICED_S)
        self.lab.replace_server_link(mac)
        for address, gateway in ((FILED, CLIENT), (HOLE, CLIENT), (ENTERED, CLIENT)):
            self.server.run("ip", "route", "add", address, "via", gateway)
        self._wait_for(True, CLIENT, "the ports")
        self.assertFalse(self._is_served(FILED))
        self.assertGreater(self._drop_some(), before + 5000)

    def _drop_some(self):
        """What was dropped since the start, a flood later."""
        with Flood(self.lab, "syn-flood-v4", 2, 5000) as flood:
            flood.wait(6)
        return self._later(lambda: self._prefiltered("list_block"))


if __name__ == "__main__":
    main()
