"""How far a run is, on one line of the terminal that it leaves as it was."""

import os
import sys
import time


class Progress:
    """`progress.step("act")` begins one of `steps` parts, `progress.say("what")` tells what goes on
    in it. On `stream` (standard error) where that is a terminal, else nothing is shown. No colours,
    and no more than the terminal is wide. `with Progress(4) as progress` takes the line away.
    """

    def __init__(self, steps, stream=None):
        self._steps = steps
        self._stream = stream or sys.stderr
        self._shows = self._stream.isatty()
        self._number = 0
        self._name = ""
        self._begun = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._print("")

    def step(self, name):
        self._number += 1
        self._name = name
        self.say("")

    def say(self, text):
        seconds = time.monotonic() - self._begun
        part = f"[{self._number}/{self._steps}] {self._name}"
        self._print(f"{part}{': ' if text else ''}{text} ({seconds:.0f} s)")

    def clear(self):
        """Before something else is printed."""
        self._print("")

    def _print(self, text):
        if self._shows:
            print("\r\033[K" + text[:self._columns() - 1], end="", file=self._stream, flush=True)

    def _columns(self):
        try:
            return max(os.get_terminal_size(self._stream.fileno()).columns, 1)
        except OSError:
            return 80
