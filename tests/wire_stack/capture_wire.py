#!/usr/bin/python3
"""Captures of a running appliance: what is asked for is in them, and nobody else notices."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import time

import jsonschema

from wire_test import WireTest, main
from wire_lab.appliance import ROOT
from wire_lab.flood import Flood
from wire_lab.http import Nginx, fetch
from wire_lab.lab import CLIENT, SERVER
from wire_lab.process import run, wait_until

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
NOTICED_S = 20
UNDER_WAY_S = 0.5  # what is when a capture is interrupted is lost
FETCHES = 5
SCHEMA = json.loads((ROOT / "docs" / "event.schema.json").read_text(encoding="utf-8"))


class Captures(WireTest):
    def prepare(self):
        directory = pathlib.Path(self.lab.directory)
        self.socket = f"{directory}/api.sock"
        self.file = directory / "capture.pcapng"
        self.sections = {"admin": {"socket": self.socket},
                         "cookie": {"secret_file": f"{directory}/secret"}}
        Nginx(self.lab, self.server)

    def _ctl(self, *arguments):
        return run([SYNSPLICECTL, *arguments, "--socket", self.socket], check=False)

    def _start(self, *arguments):
        """A capture in the background that the workers know of."""
        begun = self._told("start")
        capture = self.lab.box.start(SYNSPLICECTL, "capture", *arguments, "--socket", self.socket)
        self.addCleanup(capture.stop)
        wait_until(lambda: self._told("start") > begun, "a capture", NOTICED_S)
        return capture

    def _events(self):
        """Those of captures, each as the schema wants it."""
        events = [json.loads(line) for line in self._ctl("events").stdout.splitlines()]
        for event in events:
            jsonschema.validate(event, SCHEMA)
        return [event["capture"] for event in events if event["event_type"] == "capture"]

    def _told(self, state):
        return sum(event["state"] == state for event in self._events())

    def _metric(self, name):
        answer = run(["curl", "-s", "--unix-socket", self.socket, "http://localhost/metrics"])
        return next(float(line.split(" ")[1]) for line in answer.stdout.splitlines()
                    if line.startswith(f"{name} "))

    def _fields(self):
        """Of each frame in the file: addresses, port and comment, as tshark has them."""
        fields = ("ip.src", "ip.dst", "frame.interface_name", "frame.comment")
        read = run(["tshark", "-r", str(self.file), "-Y", "tcp", "-T", "fields",
                    *(word for field in fields for word in ("-e", field))])
        return [line.split("\t") for line in read.stdout.splitlines()]

    def test_one_client_during_a_flood(self):
        with Flood(self.lab, "syn-flood-v4", seconds=8, rate=20_000):
            capture = self._start("-w", str(self.file), "--both", "host", CLIENT)
            for _ in range(FETCHES):
                fetch(self.client, f"http://{SERVER}/")
            time.sleep(UNDER_WAY_S)
            capture.stop(signal.SIGINT)
        self.assertRegex(capture.output(), r"(?m)^\d+ frames captured, 0 lost$")
        frames = self._fields()
        for source, destination, _port, _comment in frames:
            self.assertIn(CLIENT, (source, destination))
        told = {(port, comment) for _source, _destination, port, comment in frames}
        self.assertLessEqual({("outside", "synsplice before: answered"),
                              ("outside", "synsplice after: answered"),
                              ("inside", "synsplice after: made here"),
                              ("inside", "synsplice before: forwarded"),
                              ("outside", "synsplice after: forwarded")}, told)
        dumped = run(["tcpdump", "-nr", str(self.file), "tcp[tcpflags] == tcp-syn"]).stdout
        self.assertGreaterEqual(len(dumped.splitlines()), 2 * FETCHES)
        self._check_explanation()
        self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)

    def _check_explanation(self):
        """The core makes the same of it again, secret and clock being the same."""
        explained = run([SYNSPLICECTL, "explain", "--config",
                         f"{self.lab.directory}/synsplice.yaml", "--outside", str(self.file)])
        for counter in ("cookies_valid", "flows_spliced"):
            self.assertRegex(explained.stdout, rf"(?m)^{counter} {FETCHES}$")
        self.assertNotIn("--outside-interface", explained.stdout)

    def test_what_cannot_be_captured_and_what_breaks_off(self):
        link = self.file.with_name("link")
        link.symlink_to(self.file)
        for arguments, sentence in ((("tcp", "prot", "80"), "filter: 'tcp prot 80': "),
                                    (("--reason", "cookie_wrnog"), "reason: there is no"),
                                    (("--service", "wbe"), "service: there is no"),
                                    (("-w", str(link)), "it is a symbolic link")):
            refused = self._ctl("capture", *arguments)
            self.assertEqual((refused.returncode, refused.stdout), (1, ""))
            self.assertIn(sentence, refused.stderr)
        self.assertFalse(self.file.exists())
        first = self._start("-w", str(self.file))
        second = self._ctl("capture")
        self.assertEqual(second.returncode, 1)
        self.assertRegex(second.stderr, r"user 0 .* captures already: one at a time")
        self.appliance.stop()
        self.assertEqual(first.wait(NOTICED_S), 1)
        self.assertRegex(first.output(), r"(?m)^synsplicectl: .* the answer has broken off: ")
        self.assertTrue(self.file.exists())

    def test_the_frames_of_one_reason(self):
        with Flood(self.lab, "ack-flood", seconds=10, rate=1_000):
            shown = self._ctl("capture", "--reason", "cookie_wrong", "-c", "20")
        self.assertEqual(shown.returncode, 0)
        lines = shown.stdout.splitlines()
        self.assertEqual((len(lines), shown.stderr), (20, "20 frames captured, 0 lost\n"))
        for line in lines:
            self.assertRegex(line, r"outside before: (dropped|refused): cookie_wrong; 198\.19\.")

    def _order(self, stack):
        """A client that has asked for everything and begun to read."""
        client = stack.enter_context(socket.socket(socket.AF_UNIX))
        client.connect(self.socket)
        client.sendall(b"POST /v1/capture HTTP/1.1\r\nHost: localhost\r\n"
                       b"Content-Length: 0\r\n\r\n")
        self.assertIn(b" 200 ", client.recv(13))
        return client

    def test_who_does_not_read_loses_frames_and_keeps_nobody_waiting(self):
        with contextlib.ExitStack() as stack:
            self._order(stack)
            stack.enter_context(Flood(self.lab, "syn-flood-v4", seconds=20, rate=50_000))
            for _ in range(FETCHES):
                fetch(self.client, f"http://{SERVER}/")
            wait_until(lambda: self._metric("synsplice_capture_lost_total") > 0, "loss", NOTICED_S)
        wait_until(lambda: self._told("end") == 1, "the end", NOTICED_S)
        self.assertGreater(self._events()[-1]["lost"], 0)
        # There is another one only when the workers have given all of it back.
        self.assertEqual(self._ctl("capture", "--seconds", "1").returncode, 0)
        self.appliance.stop()
        self.assertRegex(self.appliance.process.output(),
                         r"user 0 \(process \d+\) has captured \d+ frames, \d+ were lost: \{\}")


if __name__ == "__main__":
    main()
