"""Rows of the core alone: what the benchmark program of tests/bench counts."""

import json
import statistics
import subprocess

from bench.programs import measured_cpu
from bench.targets import Measured

LIMIT_S = 600
FLOWS = (1000, 10_000, 100_000, 1_000_000, 10_000_000)
QUICK_FLOWS = FLOWS[:-1]
TUPLES, QUICK_TUPLES = 1 << 20, 1 << 17


class Core:
    GROUPS = ("connections", "flow", "worst", "latency")

    def __init__(self, _directory, build, quick):
        self.program = build / "tests" / "bench" / "core_bench"
        self._flows = QUICK_FLOWS if quick else FLOWS
        self._tuples = QUICK_TUPLES if quick else TUPLES

    def measure(self, group, runs, say):
        """By field."""
        outputs = []
        for run in range(runs):
            say(f"run {run + 1} of {runs}")
            outputs.append(getattr(self, f"_run_{group}")())
        return getattr(self, f"_tell_{group}")(outputs)

    def _run(self, rows):
        """What each row of the benchmark program counted, by name."""
        command = ["taskset", "-c", str(measured_cpu()), self.program,
                   "--benchmark_format=json", f"--benchmark_filter=^{rows}"]
        output = subprocess.run(command, check=True, capture_output=True, text=True,
                                timeout=LIMIT_S).stdout
        benchmarks = json.loads(output)["benchmarks"]
        for benchmark in benchmarks:
            if benchmark.get("error_occurred"):
                raise RuntimeError(f"{benchmark['name']}: {benchmark['error_message']}")
        return {benchmark["run_name"].partition("/iterations")[0]: benchmark
                for benchmark in benchmarks}

    def nanoseconds(self, row):
        """Of a frame."""
        counted = self._run(f"{row}/")[row]
        return counted["ns_per_frame"]

    def _run_connections(self):
        name = f"Whole/{self._tuples}"
        return self._run(name)[name]["per_second"]

    def _tell_connections(self, outputs):
        return {"connections.per_second_per_core": Measured("/s", outputs)}

    def _run_flow(self):
        memory, = self._run("Memory").values()
        rows = self._run(f"Segments/({'|'.join(map(str, self._flows))})/")
        return memory["bytes"], [rows[f"Segments/{flows}"]["ns_per_frame"] for flows in self._flows]

    def _tell_flow(self, outputs):
        memory, nanoseconds = zip(*outputs)
        few, *_, many = zip(*nanoseconds)
        rates = {flows: 1e9 / statistics.median(values)
                 for flows, values in zip(self._flows, zip(*nanoseconds))}
        return {"flow.bytes": Measured("bytes", list(memory)),
                "flow.growth_10m": Measured(
                    "ns", list(many), list(few), details={"segments_per_s": rates},
                    name="" if self._flows is FLOWS else f"{self._flows[-1]} here")}

    def _run_worst(self):
        rows = self._run("Worst/")
        return {name.partition("/")[2]: row["syns"] for name, row in rows.items()}

    def _tell_worst(self, outputs):
        kinds = {kind: [output[kind] for output in outputs] for kind in outputs[0]}
        worst = max(kinds, key=lambda kind: statistics.median(kinds[kind]))
        medians = {kind: statistics.median(values) for kind, values in kinds.items()}
        return {"worst.frame_vs_syn": Measured("SYNs", kinds[worst], name=worst,
                                               details={"kinds": medians})}

    def _run_latency(self):
        return self._run("Alone").values()

    def _tell_latency(self, outputs):
        """Of the slower direction."""
        return {f"latency.{name}": Measured(
            "ns", [max(row[name] for row in rows) for rows in outputs])
                for name in ("p50_ns", "p999_ns")}
