"""What is measured against a reference over the same ports and the same frames."""

import dataclasses
import functools
import pathlib
import time

import numpy

from bench import flows, frames
from bench.flows import CLIENT_PORT, CLIENTS, CLIENTS6, PORT, SERVICE, SERVICE6
from bench.frames import ACK, LINUX_OPTIONS, SYN
from bench.programs import Ports

BURSTS = 64 * 64  # frames that are played again and again
# The reference answers nothing either.
SILENT = [{**service, "wrong_cookie": "drop"} for service in flows.SERVICES]
MANY_A_SECOND = {"rate": "100000000/s", "burst": 100_000_000}
POLICIES = {**dict.fromkeys(("syn_limit", "syn_limit_per_source", "accept_limit",
                             "accept_limit_per_source"), MANY_A_SECOND),
            "police": dict.fromkeys(("ack", "syn_ack", "rst", "fin", "fragments", "udp", "icmp"),
                                    10_000_000)}
STRANGERS = b"\x65\x40\x00\x01"  # clients of networks that never got a cookie


@dataclasses.dataclass
class Row:
    mode: str  # of testpmd
    config: dict
    ports: Ports
    shares: dict  # by event: so much of all frames, at least, but those of the opening
    settles_s: int = 2
    opening: int = 0  # frames that open connections


def _pcap(directory, name, rows):
    path = directory / f"{name}.pcap"
    frames.write_capture(path, rows, time.time())
    return Ports(f"net_pcap0,rx_pcap={path},infinite_rx=1")


def _feed(directory, name, outside, inside=None):
    """Both are pairs of opening and loop, rows of frames each; None: none."""
    paths = []
    for side, parts in (("outside", outside), ("inside", inside)):
        path = directory / f"{name}-{side}.feed"
        if parts is not None:
            frames.write_feed(path, *map(frames.records_of, parts))
        paths.append(str(path) if parts is not None else "")
    return Ports("net_null0", "net_null1", ":".join(paths))


class Rows:
    """A method for each row. `many`: how many flows stand for a million."""

    def __init__(self, directory, ctl, many=1 << 20):
        self._directory = pathlib.Path(directory)
        self._ctl = ctl
        self._many = many
        self._random = numpy.random.default_rng(1)
        self._secret = self._directory / "secret"
        self._secret.write_text("00112233445566778899aabbccddeeff\n")
        self._secret.chmod(0o600)

    def _config(self, entries=1 << 16, **more):
        return flows.configuration(self._secret, entries, **more)

    @functools.lru_cache
    def _flows(self, count):
        return flows.open_flows(self._ctl, self._directory, self._secret, count)

    @staticmethod
    def _opening(count):
        """The seconds that it takes with time to spare, and its frames."""
        return 2 + round(2 * count / 1e6), 2 * count

    def _syns(self, v6=False):
        clients = frames.addresses(CLIENTS6 if v6 else CLIENTS, BURSTS, v6)
        number = numpy.arange(BURSTS, dtype=numpy.uint64)
        tuples = clients, SERVICE6 if v6 else SERVICE, 1024 + number * 7919 % 60000, PORT
        return frames.tcp(tuples, (number * 2654435761 % 2**32, 0, SYN), LINUX_OPTIONS)

    def _wrong_acks(self, first, port, count):
        numbers = self._random.integers(0, 2**32, (2, count), numpy.uint64)
        return frames.tcp((frames.addresses(first, count), SERVICE, port, PORT), (*numbers, ACK))

    def _acks_without_cookie(self):
        """From networks that got cookies: nothing but the MAC tells them from good ones."""
        return self._wrong_acks(CLIENTS, CLIENT_PORT + 1, self._many // 4)

    def _acks_of_strangers(self, count=BURSTS):
        return self._wrong_acks(STRANGERS, CLIENT_PORT, count)

    def syn_answer(self):
        return Row("5tswap", self._config(), _pcap(self._directory, "syns", self._syns()),
                   {"bounced": 0.99})

    def syn_answer_v6(self):
        return Row("5tswap", self._config(), _pcap(self._directory, "syns6", self._syns(True)),
                   {"bounced": 0.99})

    def syn_policies(self):
        # Lists of a million networks, none of a client, and limits that nobody is over.
        listed = self._directory / "networks.txt"
        listed.write_text("".join(f"{45 + (i >> 18)}.{i >> 10 & 255}.{i >> 2 & 255}.{64 * (i & 3)}"
                                  f"/26\n2001:db8:{0x4000 + (i >> 16):x}:{i & 0xffff:x}::/64\n"
                                  for i in range(500_000)))
        service = {**flows.SERVICES[0], "connlimit": {"above": 1000}, **POLICIES}
        config = self._config(services=[service], lists=[
            {"name": "listed", "tier": "block", "file": str(listed)}])
        return Row("5tswap", config, _pcap(self._directory, "syns", self._syns()),
                   {"bounced": 0.99})

    def ack_reject(self):
        opened = self._flows(self._many)
        ports = _feed(self._directory, "acks", (opened.acks, self._acks_without_cookie()),
                      (opened.syn_acks, None))
        return Row("rxonly", self._config(2 * self._many, services=SILENT), ports,
                   {"cookie_wrong": 0.99, "dropped": 0.99}, *self._opening(self._many))

    def ack_reject_cold(self):
        # A cookie life after the start the sketch knows all prefixes that got cookies.
        return Row("rxonly", self._config(epoch="4s", services=SILENT),
                   _pcap(self._directory, "cold", self._acks_of_strangers()),
                   {"cookie_never_sent": 0.05}, settles_s=10)

    def _splice(self, count, entries):
        opened = self._flows(count)
        order = [self._random.integers(0, count, max(count, BURSTS)) for _ in range(2)]
        ports = _feed(self._directory, "splice",
                      (opened.acks, opened.client_data[order[0]]),
                      (opened.syn_acks, opened.server_data[order[1]]))
        return Row("5tswap", self._config(entries), ports, {"forwarded": 0.99},
                   *self._opening(count))

    def splice_1k(self):
        return self._splice(1000, 1 << 16)

    def splice_1m(self):
        return self._splice(self._many, 2 * self._many)

    def bridge(self):
        datagrams = frames.udp(frames.addresses(CLIENTS, BURSTS), SERVICE, 64)
        return Row("io", self._config(), _pcap(self._directory, "udp", datagrams),
                   {"bridged": 0.99})

    def mix(self):
        opened = self._flows(10_000)
        loop = frames.shuffled(numpy.tile(self._syns(), (16, 1)),
                               self._acks_of_strangers(BURSTS * 2),
                               opened.client_data[numpy.arange(BURSTS * 2) % 10_000])
        ports = _feed(self._directory, "mix", (opened.acks, loop), (opened.syn_acks, None))
        return Row("5tswap", self._config(), ports,
                   {"bounced": 0.78, "forwarded": 0.09, "dropped": 0.09}, *self._opening(10_000))

    ALL = ("syn_answer", "syn_answer_v6", "syn_policies", "ack_reject", "ack_reject_cold",
           "splice_1k", "splice_1m", "bridge", "mix")
