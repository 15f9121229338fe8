"""The loads of the soak. Each starts when it is made, runs `seconds`, and after `finish` has `done`
and `failed`, two numbers, and `failures`, what was said about them."""

import itertools
import json
import subprocess
import threading
import time

from wire_lab.http import CLOSING, WrkResult, download, wrk_command
from wire_lab.lab import SERVER, SERVER6
from wire_lab.process import TRAFFIC_CPU
from wire_lab.streams import IPERF_PORT

VIRTUAL = "198.18.0.100"

CONNECTIONS = 32
# Longer than a SYN or its answer that is lost twice: late is no failure here.
TIMEOUT_S = 10
STREAM_S, STREAM_RATE = 5, "100M"


class Wrk:
    unit = "requests"

    def __init__(self, lab, seconds, closing):
        self.name = "wrk closing" if closing else "wrk keepalive"
        self.done, self.failed, self.failures = 0, 0, []
        self._seconds = seconds
        self._process = lab.client.start(*wrk_command(
            f"http://{SERVER}/", seconds, CONNECTIONS, TIMEOUT_S, *(CLOSING if closing else ())))

    def finish(self):
        if self._process.wait(self._seconds + TIMEOUT_S) == 0:
            result = WrkResult(self._process.output())
            self.done, self.failed = result.requests, result.errors
        if self.failed or not self.done:
            self.failures.append(self._process.output())


class _Repeated:
    """One piece of work after another, round and round, in a thread."""

    def __init__(self, lab, seconds):
        self.done, self.failures = 0, []
        self._lab = lab
        self._deadline = time.monotonic() + seconds
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        for piece in itertools.cycle(self.pieces):
            if time.monotonic() > self._deadline:
                return
            failure = self._play(piece)
            if failure:
                self.failures.append(f"{piece}: {failure}")
            else:
                self.done += 1

    @property
    def failed(self):
        return len(self.failures)

    def finish(self):
        self._thread.join()


class Streams(_Repeated):
    name, unit = "iperf3", "streams"
    pieces = [(address, *options) for address in (SERVER, SERVER6)
              for options in ((), ("--reverse",), ("--bidir",))]

    def _play(self, piece):
        address, *options = piece
        try:
            result = self._lab.client.run(
                "taskset", "-c", str(TRAFFIC_CPU), "iperf3", "--client", address, "--json",
                "--port", str(IPERF_PORT), "--time", str(STREAM_S), "--bitrate", STREAM_RATE,
                *options, check=False, timeout_s=STREAM_S + TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return "no end"
        if result.returncode:
            return json.loads(result.stdout or "{}").get("error", result.stderr)
        return None


class Downloads(_Repeated):
    name, unit = "curl", "downloads"
    pieces = (SERVER, f"[{SERVER6}]", VIRTUAL)

    def __init__(self, lab, seconds, sha256):
        self._sha256 = sha256
        super().__init__(lab, seconds)

    def _play(self, piece):
        digest, _ = download(self._lab.client, f"http://{piece}/payload", self._lab.directory,
                             TIMEOUT_S)
        if digest is None:
            return "did not arrive"
        return None if digest == self._sha256 else "wrong checksum"
