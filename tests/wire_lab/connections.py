"""New HTTP connections one after another: did each succeed, and how long did connect() take."""

import math
import socket
import time

# Between two connections, so that 300 of them sample three seconds of a flood, not 50 ms.
PAUSE_S = 0.01
_REQUEST = b"GET / HTTP/1.0\r\n\r\n"


class Connections:
    def __init__(self):
        self.connect_ms = []  # of the successful ones
        # Of each attempt when it began, in seconds since the first one, and its connect_ms, None:
        # it failed.
        self.samples = []

    @property
    def attempts(self):
        return len(self.samples)

    @property
    def success(self):
        return len(self.connect_ms) / self.attempts if self.attempts else 0.0

    def percentile_ms(self, percent):
        """Nearest rank; None when nothing succeeded."""
        ordered = sorted(self.connect_ms)
        return ordered[math.ceil(len(ordered) * percent / 100) - 1] if ordered else None


def _one(space, family, address, timeout_s):
    with space.socket(family) as connection:
        connection.settimeout(timeout_s)
        started = time.perf_counter()
        connection.connect(address)
        connected_ms = (time.perf_counter() - started) * 1e3
        connection.sendall(_REQUEST)
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
        if b" 200 " not in answer:
            raise ConnectionError(f"answer {answer[:40]!r}")
        return connected_ms


def _attempt(space, family, address, timeout_s):
    """None: it failed."""
    try:
        return _one(space, family, address, timeout_s)
    except OSError:
        return None


def one_after_another(space, address, count, seconds, timeout_s=1.0):
    """At most `count` connections to (host, port), at most `seconds` long."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    result = Connections()
    begun = time.monotonic()
    while result.attempts < count and time.monotonic() < begun + seconds:
        at = time.monotonic() - begun
        connect_ms = _attempt(space, family, address, timeout_s)
        result.samples.append((at, connect_ms))
        if connect_ms is not None:
            result.connect_ms.append(connect_ms)
        time.sleep(PAUSE_S)
    return result
