"""Segments that no honest stack sends, in the name of a connection that its host really has."""

import contextlib
import socket
import struct

from wire_lab.dialogue import family_of

TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21  # linux/tcp.h
RECEIVE_QUEUE, SEND_QUEUE = 1, 2
REPAIR_ON, REPAIR_OFF = 1, -1  # off without a window probe
FIN, SYN, RST, PUSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10


class Forger:
    """Knows the numbers of `connection`, a connected IPv4 socket of `space`."""

    def __init__(self, space, connection):
        self._space = space
        self._local, self._remote = connection.getsockname(), connection.getpeername()
        self.send_next, self.receive_next = _numbers(connection)

    def send(self, flags, ahead=0, payload=b"", damaged=False):
        """A segment `ahead` bytes behind what the connection has sent; `damaged`: its checksum is
        wrong."""
        segment = self._segment(flags, ahead, payload, damaged)
        raw = self._space.socket(family_of(self._local), socket.SOCK_RAW, socket.IPPROTO_TCP)
        with contextlib.closing(raw):
            raw.sendto(segment, (self._remote[0], 0))

    def _segment(self, flags, ahead, payload, damaged):
        def pack(checksum):
            return struct.pack("!HHIIBBHHH", self._local[1], self._remote[1],
                               (self.send_next + ahead) % 2**32,
                               self.receive_next if flags & ACK else 0, 5 << 4, flags, 500,
                               checksum, 0) + payload
        pseudo = socket.inet_aton(self._local[0]) + socket.inet_aton(self._remote[0]) + \
            struct.pack("!HH", socket.IPPROTO_TCP, 20 + len(payload))
        return pack(checksum_of(word_sum(pseudo + pack(0))) ^ damaged)


def _numbers(connection):
    """(next to send, next to receive)."""
    connection.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_ON)
    numbers = []
    for queue in SEND_QUEUE, RECEIVE_QUEUE:
        connection.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, queue)
        numbers.append(connection.getsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ) % 2**32)
    connection.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_OFF)
    return numbers


def word_sum(data):
    """Of 16 bits each (RFC 1071)."""
    return sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))


def checksum_of(total):
    """Of what word_sum gave."""
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff
