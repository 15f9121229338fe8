"""Every attack by its name."""

import collections.abc
import dataclasses

from wire_lab.attacks.real_sources import FLOOD_SOURCES, HeldConnections, ReplayedCookies
from wire_lab.flood import CARPET, GENERATORS, PulsedFlood, SteadyFlood
from wire_lab.handshakes import Handshakes, Pace
from wire_lab.lab import SERVER, SERVER6

PORT = 80
# A generator's burst each second has so many packets, or more where so many generators do not do.
BURST = 500
PULSE_GENERATORS = 20  # they start within the pulse


@dataclasses.dataclass(frozen=True)
class Attack:
    """`rate` is what is sent per second unless somebody asks for another one, `most` what may be
    asked for: a frame at least for each, also where all are refused. Clients use `address`
    meanwhile. Each of the counters `told_by` (views.counters) grows by it when synsplice meets the
    attack."""

    name: str
    about: str
    told_by: tuple
    play: collections.abc.Callable  # (lab, rate, seconds): a context manager, bounded by both
    rate: int = 50_000
    most: int = 500_000
    unit: str = "packets"
    address: str = SERVER

    def endpoint(self):
        """As a configuration writes it."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{PORT}"


def _flood(name, about, told_by, address=SERVER):
    """A file of conf/trafgen."""
    def play(lab, rate, seconds):
        generators = max(1, min(rate // BURST, GENERATORS))
        return SteadyFlood(lab, name, seconds, rate, generators)
    return Attack(name, about, told_by, play, address=address)


def _pulse(lab, rate, seconds):
    generators = max(1, min(rate // BURST, PULSE_GENERATORS))
    return PulsedFlood(lab, "syn-flood-v4", seconds, rate, generators)


def _handshakes(lab, rate, seconds):
    return Handshakes(lab, (SERVER, PORT), False, FLOOD_SOURCES, Pace(rate * seconds, seconds))


def _held(lab, rate, seconds):
    return HeldConnections(lab, (SERVER, PORT), Pace(rate * seconds, seconds))


def _replay(lab, rate, seconds):
    return ReplayedCookies(lab, (SERVER, PORT), Pace(rate * seconds, seconds))


COOKIES = ("events.cookies_sent",)
ATTACKS = {attack.name: attack for attack in (
    _flood("syn-flood-v4", "SYNs from random IPv4 sources", COOKIES),
    _flood("syn-flood-v6", "SYNs from random IPv6 sources", COOKIES, SERVER6),
    _flood("syn-flood-subnet", "SYNs from one /24", COOKIES),
    _flood("syn-flood-stacks", "SYNs with the options of Linux, Windows and macOS", COOKIES),
    _flood("syn-flood-options", "SYNs with options at random",
           ("events.cookies_sent", "drops.bad_tcp_options")),
    _flood("few-sources", "SYNs from four addresses", COOKIES),
    _flood("carpet", "SYNs to sixteen service addresses at once", COOKIES, CARPET),
    Attack("pulse", "SYNs, those of each second within a quarter of it", COOKIES, _pulse),
    _flood("ack-flood", "ACKs that guess at cookies", ("drops.cookie_wrong",)),
    _flood("syn-ack-flood", "SYN-ACKs without a connection", ("drops.syn_ack_without_flow",)),
    _flood("rst-flood", "RSTs without a connection", ("drops.rst_without_flow",)),
    _flood("fin-flood", "FINs without a connection", ("drops.cookie_wrong", "drops.no_ack")),
    _flood("fragment-flood", "first fragments with SYNs, and later ones alone",
           ("drops.fragment", "drops.fragment_without_first")),
    _flood("malformed-flags", "every combination of TCP flags",
           ("drops.syn_fin", "drops.syn_rst", "drops.null_flags", "drops.xmas")),
    Attack("connection-flood", "whole handshakes from 64 real addresses, then silence",
           ("drops.connlimit",), _handshakes,
           rate=2000, most=10_000, unit="handshakes"),
    Attack("slow-hold", "connections from 64 real addresses, held by a byte a second",
           ("drops.connlimit",), _held,
           rate=1500, most=3000, unit="connections"),
    Attack("cookie-replay", "recorded ACKs with valid cookies, again and from other ports",
           ("drops.cookie_wrong",), _replay,
           rate=5000, most=20_000),
)}
