"""What is measured, and how much of it there should be: a row of the table for each figure."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Target:
    field: str  # of the JSON: group.name
    work: str
    against: str  # the reference; "": none
    bound: float | None  # None: reported only
    at_most: bool = False

    @property
    def group(self):
        return self.field.partition(".")[0]

    @property
    def sense(self):
        return "<=" if self.at_most else ">="

    def is_met(self, value):
        if self.bound is None:
            return None
        return value <= self.bound if self.at_most else value >= self.bound


TARGETS = (
    Target("syn_answer.ratio_to_5tswap", "SYN flood answered, IPv4", "testpmd 5tswap", 0.70),
    Target("syn_answer_v6.ratio_to_5tswap", "SYN flood answered, IPv6", "testpmd 5tswap", 0.60),
    # 95 % of what is asked for without policies.
    Target("syn_policies.ratio_to_5tswap", "SYNs under every policy, IPv4", "testpmd 5tswap",
           0.665),
    Target("ack_reject.ratio_to_rxonly", "bogus ACKs refused, 1 M flows", "testpmd rxonly", 0.45),
    Target("ack_reject_cold.ratio_to_rxonly", "bogus ACKs refused, no cookie sent",
           "testpmd rxonly", 0.60),
    Target("splice_1k.ratio_to_5tswap", "established segments, 1000 flows", "testpmd 5tswap", 0.60),
    Target("splice_1m.ratio_to_5tswap", "established segments, 1 M flows", "testpmd 5tswap", 0.50),
    Target("bridge.ratio_to_io", "64-byte UDP bridged", "testpmd io", 0.75),
    Target("mix.ratio_to_5tswap", "80 % SYNs, 10 % ACKs, 10 % data", "testpmd 5tswap", 0.55),
    Target("connections.per_second_per_core", "whole connections, 1 M tuples reused", "", 1e6),
    Target("flow.bytes", "memory of a connection, everything counted", "", 96, at_most=True),
    Target("flow.growth_10m", "segments of 10 M flows", "of 1000 flows", 2.0, at_most=True),
    Target("worst.frame_vs_syn", "worst frame", "a SYN", 8, at_most=True),
    Target("latency.p50_ns", "one packet at a time, p50", "", None),
    Target("latency.p999_ns", "one packet at a time, p99.9", "", None),
    Target("wire.syn_answer_vs_kernel", "SYN answers over veth", "nft SYNPROXY", 1.5),
    Target("wire.connections_vs_io", "new HTTP connections over veth", "testpmd io", 0.90),
    Target("wire.connect_p50_vs_io", "connect p50 over veth", "testpmd io", 1.25, at_most=True),
    Target("wire.stream_vs_io", "one iperf3 stream over veth", "testpmd io", 0.90),
    Target("wire.goodput_under_flood", "wrk under half the SYNs that can be answered",
           "testpmd io, flood sunk", 0.90),
    Target("wire.connect_p99_vs_wire", "connect p99 under 100 000 SYN/s",
           "testpmd io, flood sunk", 2.0, at_most=True),
)


@dataclasses.dataclass
class Measured:
    """Of each run. With a reference the figure is ours to the reference, else ours."""

    unit: str = ""
    ours: list = dataclasses.field(default_factory=list)
    reference: list = dataclasses.field(default_factory=list)
    name: str = ""  # of what was found, such as the worst frame
    details: dict = dataclasses.field(default_factory=dict)  # for the JSON, beside the figure

    @property
    def value(self):
        ours = statistics.median(self.ours)
        return ours / statistics.median(self.reference) if self.reference else ours
