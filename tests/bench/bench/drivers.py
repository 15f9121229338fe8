"""Rows with a driver around the core, against testpmd over the same ports and frames."""

from bench.programs import Programs
from bench.rows import Rows
from bench.targets import Measured

REFERENCE_SETTLES_S = 1
SECONDS, QUICK_SECONDS = 3, 1
MANY, QUICK_MANY = 1 << 20, 1 << 16


class Drivers:
    GROUPS = Rows.ALL

    def __init__(self, directory, build, quick, huge_pages=False):
        self._programs = Programs(directory, build / "src" / "synsplice",
                                  build / "tests" / "bench" / "libfeed.so", huge_pages)
        self._rows = Rows(directory, build / "src" / "synsplicectl", QUICK_MANY if quick else MANY)
        self._seconds = QUICK_SECONDS if quick else SECONDS

    def measure(self, group, runs, say):
        """By field."""
        row = getattr(self._rows, group)()
        measured = Measured("Mpps")
        for run in range(runs):
            say(f"run {run + 1} of {runs}")
            self._reference(row, measured)
            self._ours(group, row, measured)
        return {f"{group}.ratio_to_{row.mode}": measured}

    def _reference(self, row, measured):
        times = REFERENCE_SETTLES_S, self._seconds
        measured.reference.append(self._programs.testpmd(row.ports, times, row.mode) / 1e6)

    def _ours(self, group, row, measured):
        times = row.settles_s, self._seconds
        rate, counters = self._programs.synsplice(row.ports, times, row.config)
        _check(group, row, {**counters["events"], **counters["drops"]})
        measured.ours.append(rate / 1e6)


def _check(group, row, events):
    """A rate of something else than the row's work is no figure."""
    received = events["outside_frames"] + events["inside_frames"] - row.opening
    if received <= 0:
        raise RuntimeError(f"{group}: the connections were not open in time")
    for event, share in row.shares.items():
        if events[event] < share * received:
            seen = {name: count for name, count in events.items() if count}
            raise RuntimeError(f"{group}: fewer than {share:.0%} of the frames are {event}: {seen}")
