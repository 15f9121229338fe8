"""The programs that are measured, each for some seconds on one core: frames received per second."""

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import statistics
import subprocess
import threading

MBUFS = 16384
BURST = 64
SPARE_SECONDS = 60  # for the start and the end of a run


@dataclasses.dataclass
class Ports:
    """What both programs receive."""
    outside: str
    inside: str = "net_null1,no-rx=1"
    feed: str = ""  # SYNSPLICE_FEED of feed.cc

    def environment(self, library):
        if not self.feed:
            return None
        return {**os.environ, "LD_PRELOAD": str(library), "SYNSPLICE_FEED": self.feed}


def measured_cpu():
    return max(os.sched_getaffinity(0))


def lcores():
    """The main lcore, which sleeps, on the first CPU; the one that is measured on the last."""
    return f"--lcores=0@{min(os.sched_getaffinity(0))},1@{measured_cpu()}"


def lane_width():
    """What the core chooses at run time."""
    flags = next((line.split() for line in open("/proc/cpuinfo", encoding="ascii")
                  if line.startswith("flags")), ())
    return "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "scalar"


def outrank_other_load():
    """A measured program that shares its CPU measures the scheduler. Only root may do this."""
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -20)


def _rates(process, pattern, times, lines):
    """The sums of the numbers in lines that match, so many lines a second. `times`: so many
    seconds are left out, then so many counted."""
    settles, counted = times
    watchdog = threading.Timer(settles + counted + SPARE_SECONDS, process.kill)
    watchdog.start()
    rates, output = [], []
    try:
        for line in process.stdout:
            output.append(line)
            if match := re.search(pattern, line):
                rates.append(sum(map(int, match.groups())))
            if len(rates) == (settles + counted) * lines:
                return [sum(rates[i:i + lines]) for i in range(settles * lines, len(rates), lines)]
    finally:
        watchdog.cancel()
    raise RuntimeError("no rates:\n" + "".join(output[-40:]))


def _run(argv, pattern, times, environment, lines=1):
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, env=environment)
    try:
        return statistics.median(_rates(process, pattern, times, lines))
    finally:
        process.terminate()
        process.communicate(timeout=SPARE_SECONDS)


@contextlib.contextmanager
def _watched(path):
    """Asks the API at `path` for all its numbers once a second, as Prometheus would."""
    over = threading.Event()

    def ask():
        while not over.wait(1):
            subprocess.run(["curl", "-s", "-o", os.devnull, "--unix-socket", path,
                            "http://localhost/metrics"], check=False)

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        yield
    finally:
        over.set()
        asker.join()


class Programs:
    def __init__(self, directory, program, library, huge_pages=False):
        """`huge_pages`: reserved ones, for both."""
        self._huge_pages = huge_pages
        self._directory = pathlib.Path(directory)
        self._program = program
        self._library = library

    def synsplice(self, ports, times, config):
        """Frames per second, and the counters at the end. It is watched as in a deployment."""
        socket_file = self._directory / "api.sock"
        config_file = self._directory / "synsplice.yaml"
        counters_file = self._directory / "counters.json"
        config_file.write_text(json.dumps({  # JSON is YAML
            "ports": {"outside": {"device": ports.outside}, "inside": {"device": ports.inside}},
            "memory": {"mbufs": MBUFS, "huge_pages": self._huge_pages},
            "admin": {"socket": str(socket_file)},
            "events": {"file": str(self._directory / "events.json")},
            "statistics": {"interval": "1s"}, **config}))
        with _watched(socket_file):
            rate = _run([self._program, "--config", config_file, "--json", counters_file, "--",
                         lcores()], r"outside (\d+) pps, inside (\d+) pps", times,
                        ports.environment(self._library))
        return rate, json.loads(counters_file.read_text())

    def testpmd(self, ports, times, mode):
        """Frames per second, of both ports."""
        topology = "paired" if mode == "io" else "loop"
        memory = ["--in-memory"] if self._huge_pages else ["--no-huge", "--no-shconf"]
        return _run(["dpdk-testpmd", *memory, "-m", "512", "--no-pci", "--no-telemetry", lcores(),
                     "--vdev", ports.outside, "--vdev", ports.inside, "--",
                     f"--forward-mode={mode}", "--auto-start", f"--burst={BURST}",
                     f"--port-topology={topology}", "--no-flush-rx", "--stats-period=1",
                     f"--total-num-mbufs={MBUFS}"],
                    r"Rx-pps:\s+(\d+)", times, ports.environment(self._library), lines=2)
