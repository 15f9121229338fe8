#!/usr/bin/python3
"""The pre-filter: what it drops before user space; clients get the same answers without it."""

import json
import os
import pathlib
import time

from wire_test import WireTest, main
from wire_lab.appliance import write_configuration
from wire_lab.dialogue import TcpServer, connect, receive_all
from wire_lab.lab import CLIENT, CLIENT6, SERVER, SERVER6, SPOOFED
from wire_lab.process import run, wait_until

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
GREETING = b"hello"
NOTICED_S = 8
REFUSED_S = 1.5  # silence for so long is a refusal
SNAPSHOT_S = 1
FILED, HOLE, FILED6 = "198.18.77.9", "198.18.77.7", "2001:db8:77::9"
ENTERED = "198.18.78.7"


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


if __name__ == "__main__":
    main()
