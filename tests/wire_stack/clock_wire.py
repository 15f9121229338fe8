#!/usr/bin/python3
"""The system's clock is set while the appliance runs: its own follows slowly, never steps back."""

import glob
import os
import pathlib
import re
import time
import unittest

from wire_test import TRANSPARENT, main
from wire_lab.appliance import Synsplice, write_configuration
from wire_lab.capture import Capture
from wire_lab.http import Nginx, fetch
from wire_lab.lab import SERVER, Lab
from wire_lab.process import wait_until

STEP_S = 60
# A timestamp keeps options in its last six bits, and a reading of UTC is a second old at most.
SLACK_MS = 64 + 100
STEPS_MS = 2 * SLACK_MS


@unittest.skipIf("LSAN_OPTIONS" in os.environ, "sanitizers want to be loaded first")
class ClockThatIsSet(unittest.TestCase):
    def setUp(self):
        self.lab = self.enterContext(Lab())
        Nginx(self.lab, self.lab.server)
        self._offset = pathlib.Path(self.lab.directory) / "offset"
        self._set(0)

    def _set(self, seconds):
        """Of UTC as the appliance reads it."""
        scratch = self._offset.with_suffix(".new")
        scratch.write_text(f"{seconds:+d}\n")
        scratch.rename(self._offset)

    def _appliance(self):
        library, = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
        config_file = write_configuration(self.lab, TRANSPARENT)
        return Synsplice(self.lab, config_file, before=(
            "env", f"LD_PRELOAD={library}", f"FAKETIME_TIMESTAMP_FILE={self._offset}",
            "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"))

    def _timestamps(self):
        """Of connections for three seconds: seconds of this clock, and TSval in milliseconds."""
        with Capture(self.lab, self.lab.client, "eth0") as capture:
            end = time.monotonic() + 3
            while time.monotonic() < end:
                fetch(self.lab.client, f"http://{SERVER}/")
        lines = capture.lines("tcp[tcpflags] & (tcp-syn|tcp-ack) == (tcp-syn|tcp-ack)", "-tt")
        return [(float(line.split()[0]), int(re.search(r"TS val (\d+)", line)[1]))
                for line in lines]

    def _follows(self, seconds, most, least):
        """Set by so many seconds: one line, and a clock that goes between so much of the time."""
        with self._appliance() as appliance:
            before = self._timestamps()
            self._set(seconds)
            wait_until(lambda: "clock was set" in appliance.process.output(), "a line", 5)
            after = self._timestamps()
            output = appliance.process.output()
        self.assertRegex(output, f"set by {'-' if seconds < 0 else '[+]'}(60|59)[.]")
        self.assertEqual(output.count("clock was set"), 1, output)
        self.assertGreater(len(before) + len(after), 20)
        values = [value for _, value in before + after]
        for earlier, later in zip(values, values[1:]):
            self.assertGreaterEqual(later + 63, earlier)
        elapsed_ms = (after[-1][0] - before[0][0]) * 1000
        progress_ms = values[-1] - values[0]
        self.assertLess(progress_ms, most * elapsed_ms + STEPS_MS)
        self.assertGreater(progress_ms, least * elapsed_ms - STEPS_MS)
        # It does follow: the second half is faster, or slower, than the clock.
        drift_ms = after[-1][1] - after[0][1] - (after[-1][0] - after[0][0]) * 1000
        self.assertGreater(drift_ms if seconds > 0 else -drift_ms, 100)

    def test_forwards(self):
        self._follows(STEP_S, most=1.1, least=1)

    def test_backwards(self):
        self._follows(-STEP_S, most=1, least=0.9)


if __name__ == "__main__":
    main()
