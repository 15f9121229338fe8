"""Rows over veth and AF_XDP: real TCP stacks in network namespaces, as scripts/demo has them."""

import collections
import contextlib
import os
import time

from bench.targets import Measured
from wire_lab.appliance import KernelSynproxy, Synsplice, Wire, write_configuration
from wire_lab.connections import one_after_another
from wire_lab.flood import GreedyFlood, SteadyFlood, drop_at_server
from wire_lab.http import Nginx, closing_connections, keeping_connections
from wire_lab.lab import SERVER, Lab
from wire_lab.process import APPLIANCE_CPU
from wire_lab.streams import IPERF_PORT, stream_megabits

FLOOD = "syn-flood-v4"
DEMONSTRATION_PPS = 100_000
URL = f"http://{SERVER}/"
SERVICES = [{"name": "web", "listen": [f"{SERVER}:80", f"{SERVER}:{IPERF_PORT}"]}]

FIELDS = {  # of what is observed: the field, the reference's act, the unit
    "answers": ("wire.syn_answer_vs_kernel", "kernel", "/s"),
    "connections": ("wire.connections_vs_io", "io", "/s"),
    "connect_p50": ("wire.connect_p50_vs_io", "io", "ms"),
    "stream": ("wire.stream_vs_io", "io", "Mbit/s"),
    "goodput": ("wire.goodput_under_flood", "io", "/s"),
    "connect_p99": ("wire.connect_p99_vs_wire", "io", "ms"),
}


@contextlib.contextmanager
def _same_cpus():
    """A lab has its program on the core of the traffic."""
    before = os.sched_getaffinity(0)
    yield
    os.sched_setaffinity(0, before)


class WireRows:
    GROUPS = ("wire",)

    def __init__(self, _directory, build, quick):
        Synsplice.program = str(build / "src" / "synsplice")
        self._seconds = 1 if quick else 3
        self._attempts = 50 if quick else 300
        self._seen = collections.defaultdict(list)  # by act and what is observed
        self._flood_pps = None

    def measure(self, _group, runs, say):
        """By field."""
        with _same_cpus():
            for run in range(runs):
                for act in ("synsplice", "io", "kernel"):
                    say(f"wire: {act}, run {run + 1} of {runs}")
                    with Lab() as lab:
                        Nginx(lab, lab.server)
                        getattr(self, f"_play_{act}")(lab)
        return {field: Measured(unit, self._seen["synsplice", name], self._seen[act, name])
                for name, (field, act, unit) in FIELDS.items()}

    def _play_synsplice(self, lab):
        with Synsplice(lab, write_configuration(lab, SERVICES, idle="poll")):
            self._observe_quiet(lab, "synsplice")
            answers = self._answers(lab)
            self._seen["synsplice", "answers"].append(answers)
            self._flood_pps = round(answers / 2)
            self._observe_flooded(lab, "synsplice")

    def _play_io(self, lab):
        with Wire(lab):
            self._observe_quiet(lab, "io")
            drop_at_server(lab)
            self._observe_flooded(lab, "io")

    def _play_kernel(self, lab):
        """What it answers on the generator's core, where the kernel does it by itself, or on the
        appliance's, whichever is more."""
        with KernelSynproxy(lab):
            answers = self._answers(lab)
            lab.box.receive_on("out0", APPLIANCE_CPU)
            self._seen["kernel", "answers"].append(max(answers, self._answers(lab)))

    def _observe_quiet(self, lab, act):
        rate = closing_connections(lab.client, URL, self._seconds).per_second
        self._seen[act, "connections"].append(rate)
        self._seen[act, "connect_p50"].append(self._connect_ms(lab, 50))
        self._seen[act, "stream"].append(stream_megabits(lab, (SERVER, IPERF_PORT), self._seconds))

    def _observe_flooded(self, lab, act):
        most = 4 * self._seconds + 10
        with SteadyFlood(lab, FLOOD, most, rate=self._flood_pps):
            rate = keeping_connections(lab.client, URL, self._seconds).per_second
            self._seen[act, "goodput"].append(rate)
        with SteadyFlood(lab, FLOOD, most, rate=DEMONSTRATION_PPS):
            self._seen[act, "connect_p99"].append(self._connect_ms(lab, 99))

    def _connect_ms(self, lab, percent):
        connections = one_after_another(lab.client, (SERVER, 80), self._attempts,
                                        3 * self._seconds)
        if not connections.connect_ms:
            raise RuntimeError("no connection succeeded")
        return connections.percentile_ms(percent)

    def _answers(self, lab):
        """Per second, at most as many as the generator asks for."""
        with GreedyFlood(lab, FLOOD, 2 * self._seconds + 10):
            time.sleep(0.5)
            began, before = time.monotonic(), lab.attacker.received_packets()
            time.sleep(self._seconds)
            received = lab.attacker.received_packets() - before
            return received / (time.monotonic() - began)
