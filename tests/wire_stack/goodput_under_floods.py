#!/usr/bin/python3
"""Requests per second while what belongs to no connection comes as fast as the generator can.

The generator takes its part of the core that clients and server share, wherever its frames go. So a
flood at the service is compared with the same flood at another address, which synsplice bridges and
the server's door drops, and with the same flood that ends at the attacker's switch; rounds in turn,
medians. docs/attacks.md says what came out; nothing is judged here.
"""

import argparse
import contextlib
import os
import statistics
import sys

from wire_test import SKIPPED, TRANSPARENT
from wire_lab import flood, sandbox
from wire_lab.appliance import Synsplice, write_configuration
from wire_lab.flood import GreedyFlood, drop_at_server
from wire_lab.http import Nginx, keeping_connections
from wire_lab.lab import SERVER, SPOOFED, Lab

FLOODS = ("ack-flood", "syn-ack-flood", "rst-flood", "fin-flood", "fragment-flood")
OTHER = "198.18.0.99"  # of the server too, but of no service
URL = f"http://{SERVER}/"
CONNECTIONS = 16


class FloodAt(GreedyFlood):
    """Its frames have another destination."""

    def __init__(self, lab, name, seconds, target):
        super().__init__(lab, name, seconds)
        self.target = target

    def __enter__(self):
        before, flood.SERVER = flood.SERVER, self.target
        try:
            return super().__enter__()
        finally:
            flood.SERVER = before


@contextlib.contextmanager
def ending_at_switch(lab):
    """What has a false source goes no further than the attacker's port of the switch."""
    lab.outside.run("nft", f"""table netdev wall {{
        chain arriving {{
            type filter hook ingress device to-attacker priority 0;
            ip saddr {SPOOFED} drop
        }}
    }}""")
    try:
        yield
    finally:
        lab.outside.run("nft", "delete", "table", "netdev", "wall")


@contextlib.contextmanager
def flooded(lab, name, where, seconds):
    """Yields what tells the flood's rate."""
    if where == "none":
        yield lambda: 0.0
        return
    with contextlib.ExitStack() as stack:
        if where == "switch":
            stack.enter_context(ending_at_switch(lab))
        target = OTHER if where == "bridged" else SERVER
        yield stack.enter_context(FloodAt(lab, name, seconds, target)).packets_per_second


def requests_per_second(lab, name, where, seconds):
    with flooded(lab, name, where, seconds + 10) as rate:
        result = keeping_connections(lab.client, URL, seconds, CONNECTIONS)
        if result.errors:
            print(f"{name}, {where}: {result.errors} requests failed")
        return result.per_second, rate()


PLACES = ("none", "switch", "bridged", "service")


def measure(lab, name, options):
    figures = {where: [] for where in PLACES}
    for turn in range(options.rounds):
        for where in PLACES[turn % 4:] + PLACES[:turn % 4]:
            figures[where].append(requests_per_second(lab, name, where, options.seconds))
    return {where: [statistics.median(column) for column in zip(*rows)]
            for where, rows in figures.items()}


def tell(name, medians):
    goodput = {where: requests for where, (requests, _) in medians.items()}
    print(f"| `{name}` | {medians['service'][1] / 1000:.0f} 000 |"
          f" {goodput['none']:.0f} | {goodput['switch']:.0f} | {goodput['bridged']:.0f} |"
          f" {goodput['service']:.0f} | {goodput['service'] / goodput['bridged']:.2f} |",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("floods", nargs="*", default=FLOODS, help=f"of {', '.join(FLOODS)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each figure")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("needs root: it makes network namespaces")
        return SKIPPED
    sandbox.enter()
    print("| flood | frames/s | none | ends at the switch | bridged, dropped at the door |"
          " at the service | of bridged |\n|---|---|---|---|---|---|---|", flush=True)
    with Lab() as lab:
        lab.server.run("ip", "address", "add", f"{OTHER}/16", "dev", "eth0")
        drop_at_server(lab)
        Nginx(lab, lab.server)
        with Synsplice(lab, write_configuration(lab, TRANSPARENT, idle="poll")):
            for name in options.floods:
                tell(name, measure(lab, name, options))
    return 0


if __name__ == "__main__":
    sys.exit(main())
