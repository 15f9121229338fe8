"""New HTTP connections one after another: did each succeed, and how long did connect() take."""

import math
import socket
import time

# Between two connections, so that 300 of them sample three seconds of a flood, not 50 ms.
PAUSE_S = 0.01
_REQUEST = b"GET / HTTP/1.0\r\n\r\n"


class Connections:
    def __init__(self):
        self.attempts = 0
        self.connect_ms = []  # of the successful ones

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


def one_after_another(space, address, count, seconds, timeout_s=1.0):
    """At most `count` connections to (host, port), at most `seconds` long."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    result = Connections()
    deadline = time.monotonic() + seconds
    while result.attempts < count and time.monotonic() < deadline:
        result.attempts += 1
        try:
            result.connect_ms.append(_one(space, family, address, timeout_s))
        except OSError:
            pass
        time.sleep(PAUSE_S)
    return result
