#!/usr/bin/python3
"""Lists of clients: from a file, by an operator, by a limit; while it runs and over a restart."""

import json
import os
import pathlib

import jsonschema

from wire_test import WireTest, main
from wire_lab.appliance import ROOT, Synsplice
from wire_lab.dialogue import TcpServer, connect, receive_all
from wire_lab.lab import CLIENT, SERVER
from wire_lab.process import run, wait_until

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
SCHEMA = json.loads((ROOT / "docs" / "event.schema.json").read_text(encoding="utf-8"))
GREETING = b"hello"
NOTICED_S = 8
REFUSED_S = 1.5  # silence for so long is a refusal
ABOVE = 3
FILED, ENTERED, GREEDY, KEPT = "198.18.77.7", "198.18.78.7", "198.18.79.7", "198.18.80.7"


def greet(connection):
    connection.sendall(GREETING)
    receive_all(connection)


class Lists(WireTest):
    services = [{"name": "web", "listen": [f"{SERVER}:80"],
                 "connlimit": {"above": ABOVE, "overload": "banned", "ban_time": "3s"}}]

    def prepare(self):
        folder = pathlib.Path(self.lab.directory)
        self.socket = str(folder / "api.sock")
        self.events_file = folder / "events.json"
        self.file = folder / "drop"
        self.file.write_text("# ours\n198.18.77.0/24 ; SBL1\n")
        (folder / "state").mkdir()
        self.sections = {
            "admin": {"socket": self.socket},
            "events": {"file": str(self.events_file)},
            "state": {"folder": str(folder / "state")},
            "lists": [{"name": "drop", "tier": "block", "file": str(self.file)},
                      {"name": "banned", "tier": "block"}],
        }
        for address in (FILED, ENTERED, GREEDY, KEPT):
            self.client.run("ip", "address", "add", f"{address}/32", "dev", "eth0")
            self.server.run("ip", "route", "add", address, "via", CLIENT)
        self.enterContext(TcpServer(self.server, (SERVER, 80), greet))

    def _ctl(self, *arguments, **options):
        return run([SYNSPLICECTL, *arguments, "--socket", self.socket], **options)

    def _open(self, source):
        """A connection that works; None: there is none."""
        try:
            connection = connect(self.client, (SERVER, 80), REFUSED_S, source=source)
        except OSError:
            return None
        self.enterContext(connection)
        try:
            return connection if connection.recv(len(GREETING)) == GREETING else None
        except OSError:
            return None

    def _is_blocked(self, source):
        return self._open(source) is None

    def _entries(self, name):
        return json.loads(self._ctl("list", "show", name, "-o", "json").stdout)

    def _events(self, action):
        found = [json.loads(line) for line in self.events_file.read_text().splitlines()]
        for event in found:
            jsonschema.validate(event, SCHEMA)
        return [event for event in found
                if event["event_type"] == "list" and event["list"]["action"] == action]

    def _has_ended(self, connection):
        """What is sent meets a RST in the end."""
        connection.settimeout(0.2)
        try:
            connection.sendall(b"?")
            return connection.recv(1) == b""
        except TimeoutError:
            return False
        except OSError:
            return True

    def test_a_file_blocks_some_and_a_broken_one_changes_nothing(self):
        self.assertIsNotNone(self._open(CLIENT))
        self.assertTrue(self._is_blocked(FILED))
        wait_until(lambda: self._events("hit"), "an event", NOTICED_S)
        hit = self._events("hit")[0]
        self.assertEqual((hit["client_ip"], hit["list"]["name"]), (FILED, "drop"))
        self.file.write_text("198.18.78.0/24\n198.18.77.0/99\n")
        refused = self._ctl("reload", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("line 2", refused.stderr)
        self.assertTrue(self._is_blocked(FILED))
        self.assertIsNotNone(self._open(ENTERED))
        self.file.write_text("198.18.78.0/24\n")
        self._ctl("reload")
        wait_until(lambda: self._is_blocked(ENTERED), "the new file counts", NOTICED_S)
        self.assertIsNotNone(self._open(FILED))
        self.assertGreater(self.drops()["list_block"], 0)

    def test_an_entry_ends_connections_and_ends_with_its_time(self):
        live = self._open(ENTERED)
        self._ctl("list", "add", "banned", ENTERED, "--ttl", "4s")
        wait_until(lambda: self._is_blocked(ENTERED), "the entry counts", NOTICED_S)
        self.assertIn(f"{ENTERED}/32", self._ctl("list", "test", ENTERED).stdout)
        self.assertIsNotNone(self._open(CLIENT))
        wait_until(lambda: not self._is_blocked(ENTERED), "the entry is over", NOTICED_S)
        self.assertTrue(self._has_ended(live))
        self.assertEqual(self._entries("banned"), [])
        self.assertGreater(self.drops()["list_block"], 0)

    def test_who_is_over_the_limit_is_banned_and_entries_outlive_a_restart(self):
        held = [self._open(GREEDY) for _ in range(ABOVE)]
        self.assertNotIn(None, held)
        self.assertTrue(self._is_blocked(GREEDY))
        wait_until(lambda: self._events("ban"), "the ban is told", NOTICED_S)
        self.assertEqual(self._events("ban")[0]["list"]["prefix"], f"{GREEDY}/32")
        wait_until(lambda: self._events("unban"), "the ban is over", NOTICED_S)
        wait_until(lambda: not self._is_blocked(GREEDY), "he may come again", NOTICED_S)
        self.assertTrue(self._has_ended(held[0]))
        self._ctl("list", "add", "banned", KEPT)
        self.assertGreater(self.drops()["connlimit"], 0)
        config_file = pathlib.Path(self.lab.directory) / "synsplice.yaml"
        self.appliance = self.enterContext(Synsplice(self.lab, config_file))
        self.assertEqual([entry["prefix"] for entry in self._entries("banned")], [f"{KEPT}/32"])
        self.assertTrue(self._is_blocked(KEPT))
        self._ctl("list", "del", "banned", KEPT)
        wait_until(lambda: not self._is_blocked(KEPT), "it is taken off", NOTICED_S)
        self.assertGreater(self.drops()["list_block"], 0)


if __name__ == "__main__":
    main()
