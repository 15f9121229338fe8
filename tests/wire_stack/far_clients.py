#!/usr/bin/python3
"""What the distance of a client costs through the appliance, against a plain wire.

docs/far-clients.md says what the columns mean and why they differ. Each cell is repeated with the
stacks in turn; times are medians of all downloads, counters are means per download.
"""

import argparse
import dataclasses
import itertools
import os
import statistics
import sys

from wire_test import SKIPPED, TRANSPARENT
from wire_lab import sandbox
from wire_lab.appliance import Synsplice, Wire, write_configuration
from wire_lab.far_downloads import COUNTERS, FarServer, download
from wire_lab.lab import Lab

ROUND_TRIPS_MS = (0, 60, 250, 600)
CONTROLS = ("cubic", "bbr")
TIMESTAMPS = (1, 0)  # of the client: net.ipv4.tcp_timestamps
KILOBYTES = (12, 100, 1000, 5000)
# What is measured unless more is asked for: three minutes.
FEW_ROUND_TRIPS_MS = (250,)
FEW_KILOBYTES = (12, 100, 1000)


@dataclasses.dataclass
class Cell:
    """One stack's figures for one kind of download."""

    seconds: list = dataclasses.field(default_factory=list)
    counters: list = dataclasses.field(default_factory=lambda: [0] * len(COUNTERS))
    first_rtt_ms: list = dataclasses.field(default_factory=list)

    def median_s(self):
        return statistics.median(self.seconds)

    def per_download(self):
        return [count / len(self.seconds) for count in self.counters]


def stacks(lab, options):
    services = [{**TRANSPARENT[0], "end_to_end_ack": options.end_to_end_ack}]
    return {"wire": Wire(lab), "synsplice": Synsplice(lab, write_configuration(lab, services))}


def add(cell, lab, kind, count):
    """Fills the cell with some downloads more."""
    control, timestamps, kilobytes = kind
    lab.client.sysctl("net.ipv4.tcp_timestamps", timestamps)
    with FarServer(lab.server, control) as server:
        before = server.counters()
        cell.seconds += download(lab.client, kilobytes * 1000, count)
        cell.counters = [sum_ + after - first for sum_, after, first
                         in zip(cell.counters, server.counters(), before)]
        cell.first_rtt_ms += server.first_rtt_ms


def meet(lab):
    """The first packets wait for neighbour discovery: that is no cost of a download."""
    with FarServer(lab.server):
        download(lab.client, 1, 1)


def measure(round_trip_ms, kinds, options):
    """{(control, timestamps, kilobytes): {stack: Cell}}"""
    cells = {kind: {"wire": Cell(), "synsplice": Cell()} for kind in kinds}
    for _ in range(options.rounds):
        with Lab(round_trip_ms=round_trip_ms) as lab:
            for name, stack in stacks(lab, options).items():
                with stack:
                    meet(lab)
                    for kind in kinds:
                        add(cells[kind][name], lab, kind, options.connections)
            if lost := lab.cable.stop():
                print(f"the cable lost {lost} frames: the round is worth little")
    return cells


HEAD = ("| round trip | control | client | size | wire | synsplice | ratio "
        "| first RTT | resent | probes | timeouts | spurious |")


def row(round_trip_ms, kind, wire, synsplice):
    control, timestamps, kilobytes = kind
    ratio = synsplice.median_s() / wire.median_s()
    first = [statistics.median(cell.first_rtt_ms) for cell in (wire, synsplice)]
    counters = " | ".join(f"{plain:.1f} / {ours:.1f}" for plain, ours in
                          zip(wire.per_download(), synsplice.per_download()))
    return (f"| {round_trip_ms} ms | {control} | {'timestamps' if timestamps else 'none'} "
            f"| {kilobytes} kB | {wire.median_s():.2f} s | {synsplice.median_s():.2f} s "
            f"| {ratio:.2f} | {first[0]:.1f} / {first[1]:.1f} ms | {counters} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--full", action="store_true", help="every distance and size")
    parser.add_argument("--round-trips", type=int, nargs="+", metavar="MS")
    parser.add_argument("--kilobytes", type=int, nargs="+")
    parser.add_argument("--controls", nargs="+", default=CONTROLS)
    parser.add_argument("--end-to-end-ack", action="store_true", help="the service's key is true")
    parser.add_argument("--rounds", type=int, default=2, help="default 2")
    parser.add_argument("--connections", type=int, default=5, help="at once, default 5")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("the measurement needs root: it makes network namespaces")
        sys.exit(SKIPPED)
    sandbox.enter()
    distances = options.round_trips or (ROUND_TRIPS_MS if options.full else FEW_ROUND_TRIPS_MS)
    sizes = options.kilobytes or (KILOBYTES if options.full else FEW_KILOBYTES)
    kinds = list(itertools.product(options.controls, TIMESTAMPS, sizes))
    print(HEAD + "\n|" + "---|" * (HEAD.count("|") - 1), flush=True)
    for round_trip_ms in distances:
        for kind, cells in measure(round_trip_ms, kinds, options).items():
            print(row(round_trip_ms, kind, **cells), flush=True)


if __name__ == "__main__":
    main()
