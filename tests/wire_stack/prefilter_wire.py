#!/usr/bin/python3
"""The pre-filter: what it drops before user space; clients get the same answers without it."""

import json
import os
import pathlib
import socket
import time

from scapy.layers.inet import IP, TCP, IPOption_RR
from scapy.layers.inet6 import IPv6, IPv6ExtHdrDestOpt
from scapy.layers.l2 import Dot1AD, Dot1Q, Ether

from wire_test import WireTest, main
from wire_lab.appliance import Synsplice, write_configuration
from wire_lab.dialogue import TcpServer, connect, receive_all
from wire_lab.flood import Flood
from wire_lab.lab import CLIENT, CLIENT6, SERVER, SERVER6, SPOOFED
from wire_lab.process import run, wait_until

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
GREETING = b"hello"
NOTICED_S = 8
REFUSED_S = 1.5  # silence for so long is a refusal
SNAPSHOT_S = 1
FILED, HOLE, FILED6 = "198.18.77.9", "198.18.77.7", "2001:db8:77::9"
ENTERED = "198.18.78.7"
MARKED = "198.18.76.7"  # of frames that tests write themselves
BURST = 1000
# Of each burst so many at most go on to the workers: a hundred a second of each CPU.
SAMPLES = 100 * os.cpu_count() * 2


def greet(connection):
    connection.sendall(GREETING)
    receive_all(connection)


class PrefilterWire(WireTest):
    ports = {}
    services = [{"name": "web", "listen": [f"{SERVER}:80", f"[{SERVER6}]:80"]},
                # Looks at all lists, whatever web does.
                {"name": "other", "listen": [f"{SERVER}:82"]}]

    def prepare(self):
        folder = pathlib.Path(self.lab.directory)
        self.socket = str(folder / "api.sock")
        # The trie of the kernel has both families: ::/8 has all of IPv4 in it.
        (folder / "drop").write_text(f"198.18.76.0/23\n{SPOOFED}\n2001:db8:77::/48\n::/8\n")
        (folder / "hole").write_text(f"{HOLE}\n")
        self.sections = {
            "ports": self.ports,
            "admin": {"socket": self.socket},
            "lists": [{"name": "drop", "tier": "block", "file": str(folder / "drop")},
                      {"name": "hole", "tier": "allow", "file": str(folder / "hole")},
                      {"name": "banned", "tier": "block"}],
        }
        for address in (FILED, HOLE, ENTERED):
            self.client.run("ip", "address", "add", f"{address}/32", "dev", "eth0")
            self.server.run("ip", "route", "add", address, "via", CLIENT)
        self.client.run("ip", "address", "add", f"{FILED6}/128", "dev", "eth0", "nodad")
        self.server.run("ip", "route", "add", FILED6, "via", CLIENT6)
        for address in (SERVER, SERVER6):
            self.enterContext(TcpServer(self.server, (address, 80), greet))

    def _ctl(self, *arguments):
        return run([SYNSPLICECTL, *arguments, "--socket", self.socket]).stdout

    def _show(self, what):
        return json.loads(self._ctl("show", what, "-o", "json"))

    def _prefiltered(self, reason):
        return self._show("ports")[0]["prefilter"]["reasons"][reason]

    def _later(self, count):
        """What `count()` says when a snapshot has all that has been."""
        time.sleep(1.5 * SNAPSHOT_S)
        return count()

    def _judged(self):
        """Frames from outside that workers have had."""
        return self._show("status")["events"]["outside_frames"]

    def _busy(self):
        return max(worker["busy"] for worker in self._show("workers"))

    def _is_served(self, source, to=SERVER):
        try:
            with connect(self.client, (to, 80), REFUSED_S, source=source) as connection:
                return connection.recv(len(GREETING)) == GREETING
        except OSError:
            return False

    def _wait_for(self, served, source, what):
        wait_until(lambda: self._is_served(source) == served, what, NOTICED_S)

    def _reload(self, **service):
        web, other = self.services
        write_configuration(self.lab, **self.sections, services=[{**web, **service}, other])
        self._ctl("reload")


class SameAnswers:
    """What clients meet, whoever drops it."""

    def test_files_entries_and_holes(self):
        self.assertTrue(self._is_served(CLIENT))
        self.assertTrue(self._is_served(HOLE))
        self.assertFalse(self._is_served(FILED))
        self.assertFalse(self._is_served(FILED6, SERVER6))
        self.assertTrue(self._is_served(CLIENT6, SERVER6))
        self._ctl("list", "add", "banned", HOLE)
        self._wait_for(False, HOLE, "an entry counts before files")
        self._ctl("list", "del", "banned", HOLE)
        self._wait_for(True, HOLE, "it is taken off")
        self._ctl("list", "add", "banned", ENTERED, "--ttl", "3s")
        self._wait_for(False, ENTERED, "an entry blocks")
        self._wait_for(True, ENTERED, "its time is over")

    def test_modes_and_lists_of_services(self):
        self.assertFalse(self._is_served(FILED))
        self._ctl("mode", "web", "monitor")
        self._wait_for(True, FILED, "monitor drops nobody")
        self._ctl("mode", "web", "off")
        self._wait_for(False, FILED, "off does")
        self._ctl("mode", "web", "configured")
        self._reload(lists=[])
        self._wait_for(True, FILED, "the service looks at no list")
        self._reload()
        self._wait_for(False, FILED, "it does again")

    def test_who_is_blocked_loses_what_is_open(self):
        with connect(self.client, (SERVER, 80), 5, source=ENTERED) as connection:
            self.assertEqual(connection.recv(len(GREETING)), GREETING)
            self._ctl("list", "add", "banned", ENTERED, "--ttl", "3s")
            self._wait_for(False, ENTERED, "an entry blocks")
            connection.settimeout(0.2)
            connection.sendall(b"?")
            with self.assertRaises(TimeoutError):
                connection.recv(1)
            self._wait_for(True, ENTERED, "its time is over")
            connection.settimeout(NOTICED_S)  # what was sent comes again, and meets a RST
            with self.assertRaises(ConnectionResetError):
                connection.recv(1)


class WithPrefilter(SameAnswers, PrefilterWire):
    pass


class WithoutPrefilter(SameAnswers, PrefilterWire):
    ports = {"prefilter": {"enabled": "off"}}

    def test_it_is_said(self):
        self.assertIn("there is no pre-filter: ports.prefilter.enabled is off",
                      self.appliance.process.output())
        self.assertIsNone(self._show("ports")[0]["prefilter"])


class Frames(PrefilterWire):
    """Which ones it looks at: of the others none is lost before a worker has it."""

    def _send(self, packet):
        """How many of a burst were dropped in the kernel, and how many a worker has judged."""
        dropped, judged = self._prefiltered("list_block"), self._judged()
        frame = bytes(Ether(src=self.lab.attacker.mac(), dst=self.server.mac()) / packet)
        with self.lab.attacker.entered():
            sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        with sender:
            sender.bind(("eth0", 0))
            for _ in range(BURST):
                sender.send(frame)
        judged = self._later(self._judged) - judged
        return self._prefiltered("list_block") - dropped, judged

    def _is_dropped(self, packet):
        dropped, judged = self._send(packet)
        self.assertGreaterEqual(dropped + judged, BURST)
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
