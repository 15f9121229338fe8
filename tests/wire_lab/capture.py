"""tcpdump while a block runs, and what it saw."""

import os
import signal

from wire_lab.process import run


class Capture:
    """`with Capture(lab, space, device) as c: ...; c.lines("tcp port 80")`"""

    def __init__(self, lab, space, device, *options):
        self._space = space
        self._device = device
        self._options = options  # of tcpdump
        self.file = os.path.join(lab.directory, f"{space.name}-{device}.pcap")

    def __enter__(self):
        self._process = self._space.start("tcpdump", "-i", self._device, "--immediate-mode", "-U",
                                          "-Z", "root", "-w", self.file, *self._options)
        self._process.wait_for_output("listening on", 5)
        return self

    def __exit__(self, *_):
        self._process.stop(signal.SIGINT)

    def lines(self, expression="", *options):
        """One line of tcpdump's text per frame that matches the filter expression."""
        output = run(["tcpdump", "-nner", self.file, *options, expression]).stdout
        return output.splitlines()
