"""What is measured against a reference over the same ports and the same frames."""

import dataclasses
import pathlib
import time

import numpy

from bench import flows, frames
from bench.flows import CLIENT_PORT, CLIENTS, CLIENTS6, PORT, SERVICE, SERVICE6
from bench.frames import ACK, LINUX_OPTIONS, SYN
from bench.programs import Ports

BURSTS = 64 * 64  # frames that are played again and again
LOOP = 1 << 20
OTHERS = b"\x64\x80\x00\x01"  # clients without a connection


@dataclasses.dataclass
class Row:
    name: str
    work: str
    mode: str  # of testpmd
    target: float
    config: dict
    ports: Ports
    event: str  # of the counters: all but a hundredth of the frames must show in it
    seconds: int = 4


def _pcap(directory, name, rows):
    path = directory / f"{name}.pcap"
    frames.write_capture(path, rows, time.time())
    return Ports(f"net_pcap0,rx_pcap={path},infinite_rx=1")


def _feed(directory, name, outside, inside=None):
    """Both are pairs of opening and loop."""
    paths = []
    for side, parts in (("outside", outside), ("inside", inside)):
        path = directory / f"{name}-{side}.feed"
        if parts is not None:
            frames.write_feed(path, *parts)
        paths.append(str(path) if parts is not None else "")
    receiving = sum(parts is not None and parts[1] is not None for parts in (outside, inside))
    return Ports("net_null0", "net_null1", ":".join(paths), receiving)


class Rows:
    def __init__(self, directory, ctl):
        self._directory = pathlib.Path(directory)
        self._ctl = ctl
        self._secret = self._directory / "secret"
        self._secret.write_text("00112233445566778899aabbccddeeff\n")
        self._secret.chmod(0o600)

    def _config(self, entries=1 << 16, **more):
        return flows.configuration(self._secret, entries, **more)

    def _flows(self, count):
        return flows.open_flows(self._ctl, self._directory, self._secret, count)

    def _syns(self, v6=False):
        clients = frames.addresses(CLIENTS6 if v6 else CLIENTS, BURSTS, v6)
        number = numpy.arange(BURSTS, dtype=numpy.uint64)
        ports = 1024 + number * 7919 % 60000
        return frames.tcp((clients, SERVICE6 if v6 else SERVICE, ports, PORT),
                          (number * 2654435761 % 2**32, 0, SYN), LINUX_OPTIONS)

    def _wrong_acks(self, count=BURSTS):
        ends = (frames.addresses(OTHERS, count), SERVICE, CLIENT_PORT, PORT)
        return frames.tcp(ends, (1, 1, ACK))

    def syn_answer(self):
        return Row("syn_answer", "SYN flood answered, IPv4", "5tswap", 0.70, self._config(),
                   _pcap(self._directory, "syns", self._syns()), "bounced")

    def syn_answer_v6(self):
        return Row("syn_answer_v6", "SYN flood answered, IPv6", "5tswap", 0.60, self._config(),
                   _pcap(self._directory, "syns6", self._syns(True)), "bounced")

    def ack_reject(self):
        opened = self._flows(LOOP)
        ports = _feed(self._directory, "acks",
                      (frames.records_of(opened.acks), frames.records_of(self._wrong_acks())),
                      (frames.records_of(opened.syn_acks), None))
        return Row("ack_reject", "bogus ACKs refused, 1 M flows", "rxonly", 0.45,
                   self._config(2 * LOOP), ports, "dropped")

    def ack_reject_cold(self):
        # A cookie life after the start the sketch knows all prefixes that got cookies.
        return Row("ack_reject_cold", "bogus ACKs refused, no cookie sent", "rxonly", 0.60,
                   self._config(epoch="4s"), _pcap(self._directory, "acks", self._wrong_acks()),
                   "dropped", seconds=18)

    def _splice(self, name, work, count, entries, target):
        opened = self._flows(count)
        pick = numpy.random.default_rng(1)
        order = [pick.integers(0, count, max(count, BURSTS)) for _ in range(2)]
        ports = _feed(self._directory, name,
                      (frames.records_of(opened.acks),
                       frames.records_of(opened.client_data[order[0]])),
                      (frames.records_of(opened.syn_acks),
                       frames.records_of(opened.server_data[order[1]])))
        return Row(name, work, "5tswap", target, self._config(entries), ports, "forwarded")

    def splice_1k(self):
        return self._splice("splice_1k", "established segments, 1000 flows", 1000, 1 << 16, 0.60)

    def splice_1m(self):
        return self._splice("splice_1m", "established segments, 1 M flows", LOOP, 2 * LOOP, 0.50)

    def bridge(self):
        datagrams = frames.udp(frames.addresses(CLIENTS, BURSTS), SERVICE, 64)
        return Row("bridge", "64-byte UDP bridged", "io", 0.75, self._config(),
                   _pcap(self._directory, "udp", datagrams), "bridged")

    def mix(self):
        opened = self._flows(10_000)
        loop = frames.shuffled(numpy.tile(self._syns(), (16, 1)), self._wrong_acks(BURSTS * 2),
                               opened.client_data[numpy.arange(BURSTS * 2) % 10_000])
        ports = _feed(self._directory, "mix", (frames.records_of(opened.acks), loop),
                      (frames.records_of(opened.syn_acks), None))
        return Row("mix", "80 % SYNs, 10 % ACKs, 10 % data of 10 000 flows", "5tswap", 0.55,
                   self._config(), ports, "outside_frames")

    ALL = ("syn_answer", "syn_answer_v6", "ack_reject", "ack_reject_cold", "splice_1k", "splice_1m",
           "bridge", "mix")
