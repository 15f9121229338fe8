"""The long cable of a lab: delay/delay_relay.cc between two devices."""

import os
import pathlib
import re

from wire_lab.process import TRAFFIC_CPU

PROGRAM = os.environ.get("SYNSPLICE_DELAY_RELAY", str(
    pathlib.Path(__file__).resolve().parents[2] /
    "build" / "tests" / "wire_lab" / "delay" / "delay_relay"))
DEVICES = ("near", "far")


class Cable:
    """Carries frames between DEVICES of `space`, each half of the round trip later."""

    def __init__(self, space, round_trip_ms):
        self._process = space.start(PROGRAM, *DEVICES, str(round(round_trip_ms * 500)),
                                    cpu=TRAFFIC_CPU)
        self._process.wait_for_output("relaying", 5)

    def stop(self):
        """Ends the cable; returns how many frames it lost."""
        self._process.stop()
        lost = re.search(r"lost (\d+) frames", self._process.output())
        if not lost:
            raise RuntimeError(f"the cable broke:\n{self._process.output()}")
        return int(lost[1])
