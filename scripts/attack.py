#!/usr/bin/python3
"""Plays attacks of the library at a web server behind synsplice, in network namespaces.

Real clients open connections before, during and after each attack. Prints what happened, what
synsplice counted and whether the attack was mitigated, and writes a report with plots. Ends with
status 1 when an attack was not mitigated.
"""

import argparse
import collections
import contextlib
import json
import pathlib
import sys
import time

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import attack_report  # noqa: E402
from reports.progress import Progress  # noqa: E402
from wire_lab import sandbox  # noqa: E402
from wire_lab.appliance import Synsplice, Wire  # noqa: E402
from wire_lab.attacks.library import ATTACKS, PORT  # noqa: E402
from wire_lab.attacks.scene import (  # noqa: E402
    configuration_for, listens, read_configuration, scene)
from wire_lab.attacks.views import SNAPSHOT_S, ServerView, counters, grown  # noqa: E402
from wire_lab.connections import one_after_another  # noqa: E402
from wire_lab.process import cpu_seconds  # noqa: E402

QUIET = 50  # connections before and after, in at most QUIET_S
QUIET_S = 5
PER_SECOND = 100  # connections during the attack, at most
START_S = 10  # until an attack has its rate
MOST_SECONDS = 60


class Observer:
    """What synsplice counts from its making on, and the CPU it takes."""

    def __init__(self, appliance, api, events):
        self._pid, self._api, self._events = appliance.process.pid, api, events
        time.sleep(SNAPSHOT_S)
        self._begun = time.monotonic(), cpu_seconds(self._pid)
        self._before = counters(api)

    def cpu(self):
        """Cores in use since then."""
        begun, before = self._begun
        return (cpu_seconds(self._pid) - before) / (time.monotonic() - begun)

    def counted(self):
        time.sleep(SNAPSHOT_S)
        return grown(self._before, counters(self._api))

    def events(self):
        """How many of each type."""
        whole, _, _ = self._events.read_text(encoding="utf-8").rpartition("\n")
        return collections.Counter(json.loads(line)["event_type"] for line in whole.splitlines())


@contextlib.contextmanager
def synsplice(lab, config):
    file, api, events = configuration_for(lab, config)
    with Synsplice(lab, file) as appliance:
        yield lambda: Observer(appliance, api, events)


@contextlib.contextmanager
def unprotected(lab, _config):
    with Wire(lab):
        yield lambda: None


ACTS = {"synsplice": synsplice, "unprotected": unprotected}


class Clients:
    """Real ones, one connection after another; their samples on one clock."""

    def __init__(self, lab, address):
        self._lab, self._address = lab, address
        self._begun = time.monotonic()
        self.samples = []

    def phase(self, count, seconds):
        offset = time.monotonic() - self._begun
        connections = one_after_another(self._lab.client, (self._address, PORT), count, seconds)
        self.samples += [(offset + at, connect_ms) for at, connect_ms in connections.samples]
        return {"attempts": connections.attempts, "succeeded": len(connections.connect_ms),
                "connect_p50_ms": connections.percentile_ms(50),
                "connect_p99_ms": connections.percentile_ms(99)}


def attacked(lab, attack, observe, clients, options):
    """The middle of an act."""
    view, observer = ServerView(lab), observe()
    with attack.play(lab, options.rate or attack.rate, options.seconds + START_S):
        begun, sent = time.monotonic(), lab.attacker.sent_packets()
        during = clients.phase(PER_SECOND * options.seconds, options.seconds)
        frames = (lab.attacker.sent_packets() - sent) / (time.monotonic() - begun)
        result = {"during": during, "attack_frames_per_second": frames, "server": view.numbers()}
        if observer:
            result["cpu"] = observer.cpu()
    if observer:
        result.update(counted=observer.counted(), events=observer.events())
    return result


def play(attack, act, options):
    with scene() as (lab, _), ACTS[act](lab, options.config) as observe:
        clients = Clients(lab, attack.address)
        before = clients.phase(QUIET, QUIET_S)
        result = attacked(lab, attack, observe, clients, options)
        return {"before": before, **result, "after": clients.phase(QUIET, QUIET_S),
                "due_frames_per_second": options.rate or attack.rate,
                "samples": clients.samples}


def play_all(options):
    acts = list(ACTS) if options.unprotected else ["synsplice"]
    results = {}
    with Progress(len(options.names) * len(acts)) as progress:
        for name in options.names:
            for act in acts:
                progress.step(f"{name}, {act}")
                results.setdefault(name, {})[act] = play(ATTACKS[name], act, options)
    return results


def _list():
    width = max(map(len, ATTACKS))
    for name, attack in ATTACKS.items():
        print(f"{name:{width}}  {attack.about} ({attack.rate} {attack.unit}/s)")
    sys.exit(0)


def _parser():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="attacks of the list, or all")
    parser.add_argument("--list", action="store_true", help="name the attacks")
    parser.add_argument("--rate", type=int, metavar="PPS",
                        help="packets/s, handshakes/s or connections/s (default: the list's)")
    parser.add_argument("--seconds", type=int, default=5, metavar="N",
                        help=f"of each attack, 1 to {MOST_SECONDS} (default: 5)")
    parser.add_argument("--unprotected", action="store_true",
                        help="play each at the server without synsplice too, beside it")
    parser.add_argument("--config", metavar="FILE", type=pathlib.Path,
                        default=ROOT / "conf" / "attack.yaml",
                        help="what synsplice does (default: conf/attack.yaml); ports, files and "
                        "sockets in it are replaced by the lab's")
    parser.add_argument("--report", metavar="FILE", type=pathlib.Path,
                        default=ROOT / "build" / "attack.html",
                        help="write the report there (default: build/attack.html)")
    parser.add_argument("--json", metavar="FILE", type=argparse.FileType("w"),
                        help="write the results there")
    return parser


def _mistakes(options):
    """A sentence each."""
    if not options.names:
        yield "name attacks, or all; --list names them"
    for name in options.names:
        attack = ATTACKS.get(name)
        if not attack:
            yield f"{name}: is no attack; --list names them"
        elif options.rate is not None and not 1 <= options.rate <= attack.most:
            yield f"--rate: 1 to {attack.most} {attack.unit}/s for {name}"
        elif not listens(options.config, attack.endpoint()):
            yield (f"--config: no service listens on {attack.endpoint()}, where the clients of "
                   f"{name} are")
    if not 1 <= options.seconds <= MOST_SECONDS:
        yield f"--seconds: 1 to {MOST_SECONDS}"
    if not options.report.parent.is_dir():
        yield f"--report: there is no folder {options.report.parent}"


def parse_arguments():
    parser = _parser()
    options = parser.parse_args()
    if options.list:
        _list()
    if options.names == ["all"]:
        options.names = list(ATTACKS)
    options.names = list(dict.fromkeys(options.names))
    try:
        options.config = read_configuration(options.config)
    except ValueError as error:
        parser.error(f"--config: {error}")
    for mistake in _mistakes(options):
        parser.error(mistake)
    return options


def main():
    options = parse_arguments()
    sandbox.enter()
    results = play_all(options)
    print(attack_report.text(results))
    attack_report.write(options.report, results)
    if options.json:
        json.dump(results, options.json, indent=2)
        options.json.write("\n")
        options.json.close()
    print(f"report: {options.report.resolve()}", flush=True)
    sys.exit(0 if all(attack_report.mitigated(acts) for acts in results.values()) else 1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("attack: interrupted")
    except (RuntimeError, TimeoutError) as error:
        sys.exit(f"attack: {error}")
