#!/usr/bin/python3
"""Modes: no connection is lost while a service's clients come to be challenged, under a flood, and
are so no more; nor when the appliance comes between the ends of a live one. Two workers."""

import json
import os
import time

from wire_test import WireTest, main
from wire_lab.appliance import Synsplice, write_configuration
from wire_lab.flood import Flood
from wire_lab.http import Nginx
from wire_lab.lab import SERVER, SERVER6
from wire_lab.process import run, wait_until
from wire_lab.soak_loads import Streams, Wrk
from wire_lab.streams import IPERF_PORT

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
SWITCHES = 50
PAUSE_S = 0.12
LOAD_S = 24  # the switches take half of it, more on a busy machine
ECHO_PORT = 7777
PATIENCE_S = 10
PORTS = (80, IPERF_PORT, ECHO_PORT)
LISTEN = [endpoint for port in PORTS for endpoint in (f"{SERVER}:{port}", f"[{SERVER6}]:{port}")]


class IdleConnection:
    """Says something when it is asked to, and hears it again."""

    def __init__(self, client, server):
        with server.socket() as listener:
            listener.bind((SERVER, ECHO_PORT))
            listener.listen()
            self._client = client.socket()
            self._client.settimeout(PATIENCE_S)
            self._client.connect((SERVER, ECHO_PORT))
            self._server, _ = listener.accept()
            self._server.settimeout(PATIENCE_S)

    def speak(self, text):
        self._client.sendall(text)
        self._server.sendall(self._server.recv(len(text)))
        assert self._client.recv(len(text)) == text

    def ask_at_length(self, size):
        """Much is under way before the server says its first word."""
        self._client.sendall(bytes(size))
        while size > 0:
            size -= len(self._server.recv(size))
        self._server.sendall(b"answer")
        assert self._client.recv(PATIENCE_S) == b"answer"

    def close(self):
        self._client.close()
        self._server.close()


class Modes(WireTest):
    # On a busy machine seconds may pass between a switch and the first word of a silent connection.
    services = [{"name": "web", "listen": LISTEN, "mode": "off", "grace": "60s"}]

    def prepare(self):
        self.socket = f"{self.lab.directory}/api.sock"
        self.sections = {"workers": 2, "admin": {"socket": self.socket}}
        Nginx(self.lab, self.server, ports=(80,))
        self.server.start("iperf3", "--server", "--port", str(IPERF_PORT))

    def _ctl(self, *arguments):
        return run([SYNSPLICECTL, *arguments, "--socket", self.socket]).stdout

    def _idle(self):
        connection = IdleConnection(self.client, self.server)
        self.addCleanup(connection.close)
        return connection

    def _service(self):
        return json.loads(self._ctl("show", "services", "-o", "json"))[0]

    def test_fifty_switches_under_load_and_flood(self):
        idle = self._idle()
        with Flood(self.lab, "syn-flood-v4", LOAD_S + 30, rate=5_000):
            loads = [Wrk(self.lab, LOAD_S, closing=True), Wrk(self.lab, LOAD_S, closing=False),
                     Streams(self.lab, LOAD_S)]
            for number in range(SWITCHES):
                mode = ("always", "off", "always", "monitor")[number % 4]
                self.assertEqual(self._ctl("mode", "web", mode), f"web is in mode {mode}\n")
                if number % 10 == 0:
                    idle.speak(b"still there")
                time.sleep(PAUSE_S)
            for load in loads:
                load.finish()
        idle.speak(b"to the end")
        for load in loads:
            self.assertGreater(load.done, 0, load.name)
            self.assertEqual(load.failures, [], load.name)
        events = self._service()["events"]
        for event in ("cookies_sent", "connections_opened", "would_cookies_sent",
                      "would_connections_opened"):
            self.assertGreater(events[event], 0, event)
        happened = [json.loads(line) for line in self._ctl("events").splitlines()]
        switches = [event for event in happened if event["event_type"] == "mode"]
        self.assertEqual(switches[-1]["mode"], {"before": "always", "after": "off"})
        self._check_adaptive(idle)

    def _check_adaptive(self, idle):
        """Clients are challenged while there is a flood, and the idle connection goes on."""
        adaptive = {**self.services[0], "mode": "adaptive", "adaptive": {
            "syns_per_second": {"start": 1000, "end": 200, "hold": "1s"}}}
        write_configuration(self.lab, [adaptive], **self.sections)
        self._ctl("reload")
        self.assertFalse(self._service()["challenged"])
        with Flood(self.lab, "syn-flood-v4", PATIENCE_S, rate=5_000):
            wait_until(lambda: self._service()["challenged"], "cookies", PATIENCE_S)
            idle.speak(b"under attack")
        wait_until(lambda: not self._service()["challenged"], "calm", PATIENCE_S)
        idle.speak(b"in peace")

    def _established(self):
        return self._service()["connections"]["established"]

    def test_the_end_of_a_long_request_is_seen(self):
        idle = self._idle()
        idle.ask_at_length(8000)
        wait_until(lambda: self._established() == 1, "it is known", PATIENCE_S)
        idle.close()
        wait_until(lambda: self._established() == 0, "its end is seen", PATIENCE_S)

    def test_a_live_connection_is_adopted(self):
        idle = self._idle()
        idle.speak(b"of a time without us")
        self.appliance.stop()
        adopting = [{**self.services[0], "mode": "always", "adopt": "on_start"}]
        config_file = write_configuration(self.lab, adopting, **self.sections)
        with Synsplice(self.lab, config_file):
            idle.speak(b"to a stranger")
            time.sleep(0.1)
            idle.speak(b"to one who knows it")
            wait_until(lambda: self._established() == 1, "it is known", PATIENCE_S)
            # The configuration's mode comes back with it.
            self._ctl("mode", "web", "off")
            self._ctl("reload")
            self.assertEqual(self._ctl("mode", "web"), "web is in mode always\n")


if __name__ == "__main__":
    main()
