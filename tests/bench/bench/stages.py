"""Where a frame's cycles go in the core alone: scripts/bench --stages.

Reading a clock between the stages of 60 ns would be most of what it measures. So instructions are
counted, by valgrind, as the source file that they come from has them, inlined ones included; a
file holds one idea. Their shares divide the time that was measured without valgrind. That is an
estimate: a file that waits for memory gets less than it takes, and valgrind knows no AVX-512, so
that lanes are AVX2's.
"""

import collections
import re
import subprocess

from bench.programs import measured_cpu

PROCESS = "synsplice::Proxy::Process*"
LIMIT_S = 300
SMALLEST_SHARE = 0.02
ROWS = {
    "SYN answered, IPv4": "Syns/0",
    "SYN answered, IPv6": "Syns/1",
    "bogus ACK refused, no cookie sent": "WrongAcks/0",
    "bogus ACK refused": "WrongAcks/1",
    "established segment, 1000 flows": "Segments/1000",
    "64-byte UDP bridged": "Udp/0",
    "frame of a whole connection": "Whole/16384",
}
_PROJECT = re.compile(r"(?:src|include/synsplice)/(\w+/[\w/]+)\.(?:cc|h)$")
_POSITION = re.compile(r"(c?f[lie])=\((\d+)\)(?: (.*))?$")
_COST = re.compile(r"[+\-*\d]\S* (\d+)$")


def cycles_per_nanosecond():
    """Of the clock that the system counts in."""
    with open("/proc/cpuinfo", encoding="ascii") as file:
        return float(re.search(r"cpu MHz\s*: ([\d.]+)", file.read())[1]) / 1e3


def _stage_of(path):
    match = _PROJECT.search(path)
    return match[1] if match else None


def instructions_by_stage(profile):
    """Of callgrind's format. What libraries' headers and functions do counts for their callers'
    file, or as "libraries"."""
    names, counts = {}, collections.Counter()
    function, stage, is_call = None, None, False
    for line in profile:
        if match := _POSITION.match(line):
            kind, number, name = match.groups()
            names.setdefault(number, name)
            if kind.startswith("c"):
                continue  # the callee's
            here = _stage_of(names[number])
            function = here if kind == "fl" else function
            stage = here or function or "libraries"
        elif line.startswith("calls="):
            is_call = True  # the next line has what the callee took
        elif match := _COST.match(line):
            counts[stage] += 0 if is_call else int(match[1])
            is_call = False
    return counts


class Stages:
    def __init__(self, core, directory):
        self._core = core
        self._profile = directory / "callgrind.out"

    def tell(self, say):
        cycles = cycles_per_nanosecond()
        for work, row in ROWS.items():
            say(f"{work}: valgrind counts")
            counts = self._count(row)
            nanoseconds = self._core.nanoseconds(row)
            say("")
            print(f"{work}: {nanoseconds:.0f} ns, {nanoseconds * cycles:.0f} cycles")
            total = counts.total()
            if total == 0:
                raise RuntimeError(f"{work}: valgrind saw no {PROCESS}")
            for stage, count in counts.most_common():
                if count >= SMALLEST_SHARE * total:
                    share = count / total
                    print(f"  {stage:<32}{share:>5.0%}{share * nanoseconds * cycles:>8.0f}")

    def _count(self, row):
        subprocess.run(
            ["taskset", "-c", str(measured_cpu()), "valgrind", "--tool=callgrind",
             f"--callgrind-out-file={self._profile}", f"--toggle-collect={PROCESS}",
             self._core.program, f"--benchmark_filter=^{row}/"],
            check=True, capture_output=True, timeout=LIMIT_S)
        with open(self._profile, encoding="utf-8") as profile:
            return instructions_by_stage(profile)
