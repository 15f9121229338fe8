#!/usr/bin/python3
"""Events of a running appliance: floods, backends and ports, in its file and through the API."""

import json
import os
import pathlib
import signal
import socket
import time

import jsonschema

from wire_test import WireTest, main
from wire_lab.appliance import ROOT
from wire_lab.flood import SteadyFlood
from wire_lab.http import Nginx
from wire_lab.lab import CLIENT, SERVER
from wire_lab.process import run, wait_until

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
NOTICED_S = 8
SCHEMA = json.loads((ROOT / "docs" / "event.schema.json").read_text(encoding="utf-8"))


class Events(WireTest):
    def prepare(self):
        self.socket = f"{self.lab.directory}/api.sock"
        self.file = pathlib.Path(self.lab.directory) / "events.json"
        self.sections = {"admin": {"socket": self.socket}, "events": {"file": str(self.file)}}

    def _events(self, event_type, path=None):
        """Those of the file that have the type; each as the schema wants it."""
        lines = (path or self.file).read_text(encoding="utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        for event in found:
            jsonschema.validate(event, SCHEMA)
        return [event for event in found if event["event_type"] == event_type]

    def _wait_for(self, event_type, count=1):
        wait_until(lambda: len(self._events(event_type)) >= count, event_type, NOTICED_S)
        return self._events(event_type)[count - 1]

    def _ctl(self, *arguments):
        return run([SYNSPLICECTL, *arguments, "--socket", self.socket]).stdout

    def test_a_flood_begins_and_ends(self):
        Nginx(self.lab, self.server)
        with SteadyFlood(self.lab, "syn-flood-v4", seconds=6, rate=20_000):
            begun = self._wait_for("attack_start")
            self.assertEqual(begun["service"], "web")
            self.assertTrue(json.loads(self._ctl("show", "services", "-o", "json"))[0]["flooded"])
        ended = self._wait_for("attack_end")["attack_end"]
        self.assertEqual(len(self._events("attack_start")), 1)
        self.assertGreater(ended["peak_syns_per_second"], 10_000)
        self.assertGreaterEqual(ended["duration_s"], 3)
        shown = [json.loads(line) for line in self._ctl("events").splitlines()]
        self.assertEqual([event["event_type"] for event in shown], ["attack_start", "attack_end"])

    def _backend_is(self, state):
        return [event["state"] for event in self._events("backend")][-1:] == [state]

    def test_a_backend_that_refuses_is_down_until_it_answers(self):
        """Clients of two networks: what only one has met holds for it alone."""
        other = "198.18.77.7"
        self.client.run("ip", "address", "add", f"{other}/32", "dev", "eth0")
        self.server.run("ip", "route", "add", other, "via", CLIENT)
        deadline = time.monotonic() + 20
        while not self._backend_is("down") and time.monotonic() < deadline:
            self._knock_from(None)
            self._knock_from(other)
            time.sleep(0.3)
        self.assertTrue(self._backend_is("down"))
        backend = json.loads(self._ctl("show", "backends", "-o", "json"))[0]
        self.assertEqual((backend["backend"], backend["up"]), (f"{SERVER}:80", False))
        Nginx(self.lab, self.server)
        deadline = time.monotonic() + 20
        while not self._backend_is("up") and time.monotonic() < deadline:
            self._knock_from(None)
            time.sleep(0.3)
        self.assertTrue(self._backend_is("up"))

    def _knock_from(self, source):
        """A client that asks whether anybody answers, or is told that nobody does."""
        with self.client.entered(), socket.socket() as client:
            client.settimeout(2)
            if source:
                client.bind((source, 0))
            if client.connect_ex((SERVER, 80)) != 0:
                return
            try:
                client.send(b"GET / HTTP/1.0\r\n\r\n")
                client.recv(1)
            except OSError:
                pass

    def test_a_port_that_goes_down_and_comes_back(self):
        self.server.run("ip", "link", "set", "eth0", "down")
        down = self._wait_for("port")
        self.assertEqual((down["port"], down["state"]), ("inside", "down"))
        self.server.run("ip", "link", "set", "eth0", "up")
        self.assertEqual(self._wait_for("port", 2)["state"], "up")

    def _clear_one(self, phase):
        with self.client.entered(), socket.create_connection((SERVER, 80), timeout=5):
            self.assertEqual(self._ctl("clear", "flow", "--phase", phase), "1 flow cleared\n")

    def test_who_follows_hears_of_what_comes(self):
        Nginx(self.lab, self.server)
        follower = self.lab.box.start(SYNSPLICECTL, "events", "--follow", "--socket", self.socket)
        self.addCleanup(follower.stop)
        for count in (1, 2):
            self._clear_one("established")
            wait_until(lambda: len(follower.output().splitlines()) == count, "an event", NOTICED_S)

    def test_log_rotation_loses_nothing(self):
        Nginx(self.lab, self.server)
        old = self.file.with_suffix(".1")
        self._clear_one("established")
        self._wait_for("change")
        self.file.rename(old)
        self.appliance.process.send_signal(signal.SIGUSR1)
        wait_until(self.file.exists, "a new file", NOTICED_S)
        self._clear_one("established")
        self.assertIn("1 cleared", self._wait_for("change")["text"])
        self.assertEqual(len(self._events("change", old)), 1)


if __name__ == "__main__":
    main()
