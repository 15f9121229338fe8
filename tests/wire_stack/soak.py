#!/usr/bin/python3
"""Everything at once for a long time: wrk, iperf3, downloads and a flood, and nothing may fail,
leak or grow. `soak.py --seconds 3600` is the hour.
"""

import argparse
import contextlib
import os
import sys
import time

from wire_test import SKIPPED
from wire_lab import sandbox
from wire_lab.appliance import Synsplice, write_configuration
from wire_lab.flood import Flood
from wire_lab.http import Nginx
from wire_lab.lab import SERVER, SERVER6, Lab
from wire_lab.process import wait_until
from wire_lab.soak_loads import CONNECTIONS, VIRTUAL, Downloads, Streams, Wrk
from wire_lab.streams import IPERF_PORT

SERVICES = [
    {"name": "web", "listen": [f"{SERVER}:80", f"[{SERVER6}]:80"], "connlimit": {"above": 1000}},
    {"name": "nat", "listen": [f"{VIRTUAL}:80"], "backends": [f"{SERVER}:8080"],
     "connlimit": {"above": 1000}},
    {"name": "iperf", "listen": [f"{SERVER}:{IPERF_PORT}", f"[{SERVER6}]:{IPERF_PORT}"]},
]
# Short, so that what is left of a connection is gone soon after the end.
SECTIONS = {
    "idle": "poll",
    "statistics": {"interval": "1s"},
    "cookie": {"epoch": "8s"},
    "timeouts": {"established": "30s", "client_closed": "30s", "server_closed": "8s",
                 "closing": "8s", "time_wait": "8s"},
}
FORGOTTEN_S = 50

# Packets per second. Few guesses: an hour of them hits a cookie with a probability of 0.04, rule 4.
# Such a connection outlives its flow at the server, whose FIN and nine repetitions are dropped.
FLOODS = {"syn-flood-v4": 20_000, "ack-flood": 200, "syn-ack-flood": 1_000}
GENERATORS = 20

# What the floods are dropped as.
EXPECTED_DROPS = {
    "cookie_wrong",          # ack-flood
    "syn_ack_without_flow",  # syn-ack-flood
}
# Nobody else may lose a frame, but when wrk ends, its host answers what is still under way from the
# server: each RST has the number that its segment acknowledges. Of data, FIN and the last ACK of a
# connection those before the last one are old (rule 18); the last one ends the connection, and what
# the server has sent meanwhile is refused.
MOST_DROPS = {"rst_out_of_window": 2 * 2 * CONNECTIONS, "client_reset": 2 * 2 * CONNECTIONS}

# Memory is taken at the start; what the C library and the log take besides.
WARM_UP_S = 10
GROWTH_KILOBYTES = 1024


class Watch:
    """The appliance's memory and flows, once a second."""

    def __init__(self, process):
        self._process = process
        self.samples = []  # (seconds, kilobytes resident, flows)

    def keep(self, seconds):
        started = time.monotonic()
        while (elapsed := time.monotonic() - started) < seconds:
            self.samples.append((elapsed, self._resident_kilobytes(), self.flows()))
            time.sleep(1)

    def _resident_kilobytes(self):
        with open(f"/proc/{self._process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def flows(self):
        """As of the latest line of its log; None before the first."""
        lines = [line for line in self._process.output().splitlines() if ", flows " in line]
        return int(lines[-1].split(", flows ")[1].split(",")[0]) if lines else None

    def memory(self):
        """(after the warm-up, most afterwards) in kilobytes."""
        warm = [kilobytes for elapsed, kilobytes, _ in self.samples if elapsed >= WARM_UP_S]
        return warm[0], max(warm)


def play(lab, seconds, stack):
    """Returns (loads, the watch, packets of the floods, final report)."""
    nginx = Nginx(lab, lab.server, ports=(80, 8080))
    lab.server.start("iperf3", "--server", "--port", str(IPERF_PORT))
    synsplice = stack.enter_context(Synsplice(lab, write_configuration(lab, SERVICES, **SECTIONS)))
    watch = Watch(synsplice.process)
    with contextlib.ExitStack() as floods:
        first, *_ = [floods.enter_context(Flood(lab, name, seconds + 30, rate, GENERATORS))
                     for name, rate in FLOODS.items()]
        loads = [Wrk(lab, seconds, closing=True), Wrk(lab, seconds, closing=False),
                 Streams(lab, seconds), Downloads(lab, seconds, nginx.payload_sha256)]
        watch.keep(seconds)
        for load in loads:
            load.finish()
        sent = first.sent()  # of all since the first began
    with contextlib.suppress(TimeoutError):
        wait_until(lambda: watch.flows() == 0, "every flow is forgotten", FORGOTTEN_S)
    return loads, watch, sent, synsplice.stop()


def failures(loads, watch, sent, report):
    for load in loads:
        yield from (f"{load.name}: {text}" for text in load.failures)
        if not load.done:
            yield f"{load.name}: did nothing"
    if sent < 0.5 * sum(FLOODS.values()) * watch.samples[-1][0]:
        yield f"floods: {sent} packets, no flood to speak of"
    yield from (f"{gauge} {value} at the end"
                for gauge, value in report["gauges"].items() if value)
    for reason, count in report["drops"].items():
        if count > MOST_DROPS.get(reason, 0) and reason not in EXPECTED_DROPS:
            yield f"{count} frames dropped as {reason}"
    warm, most = watch.memory()
    if most > warm + GROWTH_KILOBYTES:
        yield f"memory grew from {warm} to {most} kB"


def show(loads, watch, sent, report):
    for load in loads:
        print(f"{load.name:<20}{load.done:>12} {load.unit:<14}{load.failed:>6} failed")
    print(f"{'floods':<20}{sent:>12} packets")
    warm, most = watch.memory()
    print(f"{'memory':<20}{warm:>12} kB after {WARM_UP_S} s, at most {most} kB")
    most_flows = max(flows or 0 for _, _, flows in watch.samples)
    print(f"{'flows':<20}{most_flows:>12} at most, {report['gauges']['flows']} at the end")
    for reason, count in report["drops"].items():
        if count:
            print(f"{'drops.' + reason:<28}{count:>12}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=int, default=600, help="default 600, at least 20")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("the soak needs root: it makes network namespaces")
        sys.exit(SKIPPED)
    sandbox.enter()
    with contextlib.ExitStack() as stack:
        lab = stack.enter_context(Lab())
        loads, watch, sent, report = play(lab, max(options.seconds, 20), stack)
    show(loads, watch, sent, report)
    failed = list(failures(loads, watch, sent, report))
    for text in failed:
        print(f"FAILED {text}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
