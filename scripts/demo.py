#!/usr/bin/python3
"""One SYN flood, four ways to meet it. Plays each as an act in namespaces of its own:

  unprotected      plain forwarding; the server has to cope (SYN cookies off)
  synsplice        the appliance with conf/demo.yaml
  kernel_synproxy  a routing box with nftables' SYNPROXY
  wire             plain forwarding, the flood dropped at the server's door: the best possible

Same flood, same cores, same hosts in every act. Prints a table and writes a report with plots;
--json writes the numbers.
"""

import argparse
import json
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import demo_report  # noqa: E402
from reports.page import keep_open  # noqa: E402
from reports.progress import Progress  # noqa: E402
from wire_lab import sandbox  # noqa: E402
from wire_lab.appliance import KernelSynproxy, Synsplice, Wire  # noqa: E402
from wire_lab.attacks.scene import scene  # noqa: E402
from wire_lab.connections import one_after_another  # noqa: E402
from wire_lab.flood import Flood, SteadyFlood, drop_at_server  # noqa: E402
from wire_lab.http import closing_connections, download  # noqa: E402
from wire_lab.lab import SERVER  # noqa: E402

CONFIGURATION = ROOT / "conf" / "demo.yaml"
CONNECTIONS, CONNECTIONS_S = 300, 8
WRK_S, WRK_GIVES_UP_S = 5, 10
DOWNLOAD_BYTES, DOWNLOAD_S = 64 << 20, 8
ACT_S = 60  # the flood's bound: longer than everything in an act together
KEPT_S = 600  # the same while the page is open
FLOOD_TOLERANCE = 0.05
API = "/run/synsplice/api.sock"  # of the sandbox, where /run is its own


def protect_server(lab):
    """The wire's act: the flood is dropped where it arrives at the server."""
    drop_at_server(lab)
    return Wire(lab)


ACTS = {
    "unprotected": Wire,
    "synsplice": lambda lab: Synsplice(lab, CONFIGURATION),
    "kernel_synproxy": KernelSynproxy,
    "wire": protect_server,
}


def new_connections_per_s(lab, url):
    """None when wrk could not even begin."""
    try:
        return closing_connections(lab.client, url, WRK_S, outlasts_s=WRK_GIVES_UP_S).per_second
    except (RuntimeError, subprocess.TimeoutExpired):
        return None


def measure(lab, nginx, flood, say):
    url = f"http://{SERVER}"
    say("connections one after another")
    connections = one_after_another(lab.client, (SERVER, 80), CONNECTIONS, CONNECTIONS_S)
    say("as many connections as possible")
    per_second = new_connections_per_s(lab, url + "/")
    say("a download")
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
        "samples": connections.samples,
    }


def play(name, pps, say):
    say("builds its network")
    with scene(DOWNLOAD_BYTES) as (lab, nginx), ACTS[name](lab):
        with SteadyFlood(lab, "syn-flood-v4", ACT_S, rate=pps) as flood:
            return measure(lab, nginx, flood, say)


def keep_page(pps):
    """synsplice's act once more, with its page, until Enter."""
    with scene() as (lab, _):
        file = pathlib.Path(lab.directory) / "kept.yaml"
        file.write_text(f"{CONFIGURATION.read_text()}\nadmin: {{socket: {API}}}\n")
        with Synsplice(lab, file), Flood(lab, "syn-flood-v4", KEPT_S, rate=pps):
            keep_open(API)


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


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", metavar="FILE", type=argparse.FileType("w"),
                        help="write the results there")
    parser.add_argument("--report", metavar="FILE", type=pathlib.Path,
                        default=ROOT / "build" / "demo.html",
                        help="write the report there (default: build/demo.html)")
    parser.add_argument("--pps", type=int, default=100_000, help="packets/s of the flood")
    parser.add_argument("--keep", action="store_true",
                        help="leave synsplice's page open in the browser until Enter")
    options = parser.parse_args()
    if options.keep and not (sys.stdin.isatty() and sys.stdout.isatty()):
        parser.error("--keep waits for Enter: it needs a terminal")
    if not options.report.parent.is_dir():
        parser.error(f"--report: there is no folder {options.report.parent}")
    return options


def play_all(pps):
    results = {}
    with Progress(len(ACTS)) as progress:
        for name in ACTS:
            progress.step(name)
            results[name] = play(name, pps, progress.say)
    return results


def main():
    options = parse_arguments()
    sandbox.enter()
    results = play_all(options.pps)
    sentences = list(failures(results, options.pps))
    demo_report.print_table(results)
    demo_report.write(options.report, options.pps, results, sentences)
    if options.json:
        json.dump(results, options.json, indent=2)
        options.json.write("\n")
        options.json.close()
    print(f"report: {options.report.resolve()}", flush=True)
    if options.keep:
        keep_page(options.pps)
    sys.exit("\n".join(f"demo: {sentence}" for sentence in sentences) or 0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("demo: interrupted")
