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
    Target("ack_reject.ratio_to_rxonly", "bogus ACKs refused, 1 M flows", "testpmd rxonly", 0.45),
    Target("ack_reject_cold.ratio_to_rxonly", "bogus ACKs refused, no cookie sent",
           "testpmd rxonly", 0.60),
    Target("splice_1k.ratio_to_5tswap", "established segments, 1000 flows", "testpmd 5tswap", 0.60),
    Target("splice_1m.ratio_to_5tswap", "established segments, 1 M flows", "testpmd 5tswap", 0.50),
    Target("bridge.ratio_to_io", "64-byte UDP bridged", "testpmd io", 0.75),
    Target("mix.ratio_to_5tswap", "80 % SYNs, 10 % ACKs, 10 % data", "testpmd 5tswap", 0.55),
)


@dataclasses.dataclass
class Measured:
    """Of each run. With a reference the figure is ours to the reference, else ours."""

    unit: str = ""
    ours: list = dataclasses.field(default_factory=list)
    reference: list = dataclasses.field(default_factory=list)
    name: str = ""  # of what was found, such as the worst frame

    @property
    def value(self):
        ours = statistics.median(self.ours)
        return ours / statistics.median(self.reference) if self.reference else ours
