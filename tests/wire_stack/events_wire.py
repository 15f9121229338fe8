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
CALM_S = 20  # the detector holds for ten
SCHEMA = json.loads((ROOT / "docs" / "event.schema.json").read_text(encoding="utf-8"))


class EventsTest(WireTest):
    outputs = {}  # of events, besides the file

    def prepare(self):
        self.socket = f"{self.lab.directory}/api.sock"
        self.file = pathlib.Path(self.lab.directory) / "events.json"
        self.sections = {"admin": {"socket": self.socket},
                         "events": {"file": str(self.file), **self.outputs}}

    def _events(self, event_type, path=None):
        """Those of the file that have the type; each as the schema wants it."""
        lines = (path or self.file).read_text(encoding="utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        for event in found:
            jsonschema.validate(event, SCHEMA)
        return [event for event in found if event["event_type"] == event_type]

    def _wait_for(self, event_type, count=1, timeout_s=NOTICED_S):
        wait_until(lambda: len(self._events(event_type)) >= count, event_type, timeout_s)
        return self._events(event_type)[count - 1]

    def _ctl(self, *arguments):
        return run([SYNSPLICECTL, *arguments, "--socket", self.socket]).stdout

    def _clear_one(self, *which):
        """An established connection of the client, among those that are chosen."""
        with self.client.entered(), socket.create_connection((SERVER, 80), timeout=5):
            self.assertEqual(self._ctl("clear", "flow", "--phase", "established", *which),
                             "1 flow cleared\n")


class Events(EventsTest):
    def test_a_flood_begins_and_ends(self):
        Nginx(self.lab, self.server)
        with SteadyFlood(self.lab, "syn-flood-v4", seconds=6, rate=20_000):
            begun = self._wait_for("attack_start")
            self.assertEqual(begun["service"], "web")
            self.assertTrue(json.loads(self._ctl("show", "services", "-o", "json"))[0]["flooded"])
        ended = self._wait_for("attack_end", timeout_s=CALM_S)["attack_end"]
        self.assertEqual(len(self._events("attack_start")), 1)
        self.assertGreater(ended["peak_syns_per_second"], 10_000)
        self.assertGreaterEqual(ended["duration_s"], 3)
        self.assertIn("flooded", ended["reasons"])
        shown = [json.loads(line) for line in self._ctl("events").splitlines()]
        told = [event["event_type"] for event in shown if event["event_type"] != "attack_update"]
        self.assertEqual(told, ["attack_start", "attack_end"])

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

    def test_who_follows_hears_of_what_comes(self):
        Nginx(self.lab, self.server)
        follower = self.lab.box.start(SYNSPLICECTL, "events", "--follow", "--socket", self.socket)
        self.addCleanup(follower.stop)
        for count in (1, 2):
            self._clear_one()
            wait_until(lambda: len(follower.output().splitlines()) == count, "an event", NOTICED_S)

    def test_log_rotation_loses_nothing(self):
        Nginx(self.lab, self.server)
        old = self.file.with_suffix(".1")
        self._clear_one()
        self._wait_for("change")
        self.file.rename(old)
        self.appliance.process.send_signal(signal.SIGUSR1)
        wait_until(self.file.exists, "a new file", NOTICED_S)
        self._clear_one()
        self.assertIn("1 cleared", self._wait_for("change")["text"])
        self.assertEqual(len(self._events("change", old)), 1)


class Reader:
    """Somebody who listens at a Unix socket for lines."""

    def __init__(self, path):
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen()
        self._listener.settimeout(NOTICED_S)
        self._lines = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()
        if self._lines:
            self._lines.close()

    def next(self):
        if not self._lines:
            connection, _ = self._listener.accept()
            with connection:
                connection.settimeout(NOTICED_S)
                self._lines = connection.makefile(encoding="utf-8")
        event = json.loads(self._lines.readline())
        jsonschema.validate(event, SCHEMA)
        return event


class AboutOneClient(EventsTest):
    services = [{"name": "web", "listen": [f"{SERVER}:80"], "connlimit": {"above": 1}}]
    outputs = {"socket": "/run/reader.sock"}

    def test_events_about_one_client_reach_the_reader_and_the_time_line(self):
        Nginx(self.lab, self.server)
        with Reader(self.outputs["socket"]) as reader:
            self._refuse_one()
            refused = reader.next()
            self._check_refusal(refused)
            self._clear_one(CLIENT)
            cleared = reader.next()
            self.assertEqual((cleared["event_type"], cleared["client_ip"]), ("change", CLIENT))
        self._check_time_line(refused, cleared)
        # Another reader takes what comes when it is there.
        os.unlink(self.outputs["socket"])
        with Reader(self.outputs["socket"]) as reader:
            self._clear_one(CLIENT)
            self.assertEqual(reader.next()["event_type"], "change")

    def _refuse_one(self):
        with self.client.entered(), socket.create_connection((SERVER, 80), timeout=5) as first:
            first.send(b"G")
            for _ in range(5):
                with self.assertRaises(ConnectionResetError), socket.socket() as second:
                    second.settimeout(5)
                    second.connect((SERVER, 80))
                    second.recv(1)

    def _check_refusal(self, event):
        self.assertEqual((event["event_type"], event["client_ip"], event["service"]),
                         ("connlimit", CLIENT, "web"))
        self.assertEqual(event["connlimit"],
                         {"above": 1, "network": f"{CLIENT}/32", "suppressed": 0})

    def _check_time_line(self, *expected):
        """Each was told once; those of the file are the reader's."""
        line = [json.loads(line) for line in
                run([SYNSPLICECTL, "timeline", "--ip", CLIENT, "--client-only", "-o", "json",
                     str(self.file)]).stdout.splitlines()]
        told = [(event["event_type"], event["client_ip"]) for event in expected]
        self.assertEqual([(one["event_type"], one["client_ip"]) for one in line], told)
        self.assertEqual([self._events(event["event_type"]) for event in expected],
                         [[event] for event in expected])


if __name__ == "__main__":
    main()
