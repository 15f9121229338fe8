#!/usr/bin/python3
"""One SYN flood, four ways to meet it. Plays each as an act in namespaces of its own:

  unprotected      plain forwarding; the server has to cope (SYN cookies off)
  synsplice        the appliance with conf/demo.yaml
  kernel_synproxy  a routing box with nftables' SYNPROXY
  wire             plain forwarding, the flood dropped at the server's door: the best possible

Same flood, same cores, same hosts in every act. Prints a table; --json writes the numbers.
"""

import argparse
import json
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from wire_lab import sandbox  # noqa: E402
from wire_lab.appliance import KernelSynproxy, Synsplice, Wire  # noqa: E402
from wire_lab.connections import one_after_another  # noqa: E402
from wire_lab.flood import SteadyFlood, drop_at_server  # noqa: E402
from wire_lab.http import Nginx, closing_connections, download  # noqa: E402
from wire_lab.lab import SERVER, Lab  # noqa: E402

CONNECTIONS, CONNECTIONS_S = 300, 8
WRK_S = 5
DOWNLOAD_BYTES, DOWNLOAD_S = 64 << 20, 8
ACT_S = 40  # the flood's bound: longer than everything in an act together
FLOOD_TOLERANCE = 0.05

COLUMNS = {  # key of a result: (heading, format)
    "success": ("success", "{:.1%}"),
    "connect_p50_ms": ("connect p50 ms", "{:.3f}"),
    "connect_p99_ms": ("p99 ms", "{:.3f}"),
    "new_connections_per_s": ("new conn/s", "{:.0f}"),
    "download_mbit_s": ("download Mbit/s", "{:.0f}"),
    "flood_pps": ("flood pps", "{:.0f}"),
}


def protect_server(lab):
    """The wire's act: the flood is dropped where it arrives at the server."""
    drop_at_server(lab)
    return Wire(lab)


ACTS = {
    "unprotected": Wire,
    "synsplice": lambda lab: Synsplice(lab, ROOT / "conf" / "demo.yaml"),
    "kernel_synproxy": KernelSynproxy,
    "wire": protect_server,
}


def new_connections_per_s(lab, url):
    """None when wrk could not even begin."""
    try:
        return closing_connections(lab.client, url, WRK_S).per_second
    except (RuntimeError, subprocess.TimeoutExpired):
        return None


def measure(lab, nginx, flood):
    url = f"http://{SERVER}"
    connections = one_after_another(lab.client, (SERVER, 80), CONNECTIONS, CONNECTIONS_S)
    per_second = new_connections_per_s(lab, url + "/")
    digest, rate = download(lab.client, url + "/payload", lab.directory, DOWNLOAD_S)
    if digest not in (None, nginx.payload_sha256):
        sys.exit("demo: the download arrived with a wrong checksum")
    return {
        "success": connections.success,
        "connect_p50_ms": connections.percentile_ms(50),
        "connect_p99_ms": connections.percentile_ms(99),
        "new_connections_per_s": per_second,
        "download_mbit_s": rate,
        "flood_pps": flood.packets_per_second(),
    }


def play(name, pps):
    with Lab() as lab:
        lab.server.sysctl("net.ipv4.tcp_syncookies", 0)
        # The last part of a SYN queue is kept for clients the server remembers: nobody, here.
        lab.server.run("ip", "tcp_metrics", "flush", "all")
        nginx = Nginx(lab, lab.server, payload_bytes=DOWNLOAD_BYTES)
        with ACTS[name](lab), SteadyFlood(lab, "syn-flood-v4", ACT_S, rate=pps) as flood:
            return measure(lab, nginx, flood)


def cell(result, key):
    return "-" if result[key] is None else COLUMNS[key][1].format(result[key])


def print_table(results):
    headings = ["act", *(heading for heading, _ in COLUMNS.values())]
    rows = [[name, *(cell(result, key) for key in COLUMNS)] for name, result in results.items()]
    widths = [max(len(row[i]) for row in [headings, *rows]) for i in range(len(headings))]
    for row in [headings, *rows]:
        print("  ".join(text.ljust(width) if i == 0 else text.rjust(width)
                        for i, (text, width) in enumerate(zip(row, widths))))


def failures(results, pps):
    """What makes the table no demonstration, a sentence each."""
    for name, result in results.items():
        if abs(result["flood_pps"] - pps) > FLOOD_TOLERANCE * pps:
            yield (f"{name}'s flood ran at {result['flood_pps']:.0f} packets/s instead of {pps}: "
                   "do not compare it")
    if results["unprotected"]["success"] >= 0.5:
        yield "the flood did not stop the unprotected server"
    if results["synsplice"]["success"] < 1:
        yield "connections through synsplice have failed"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", metavar="FILE", type=argparse.FileType("w"),
                        help="write the results there")
    parser.add_argument("--pps", type=int, default=100_000, help="packets/s of the flood")
    options = parser.parse_args()
    sandbox.enter()
    results = {}
    for name in ACTS:
        print(f"act {len(results) + 1} of {len(ACTS)}: {name}", file=sys.stderr, flush=True)
        results[name] = play(name, options.pps)
    print_table(results)
    if options.json:
        json.dump(results, options.json, indent=2)
        options.json.write("\n")
        options.json.close()
    sentences = [f"demo: {sentence}" for sentence in failures(results, options.pps)]
    sys.exit("\n".join(sentences) or 0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("demo: interrupted")
