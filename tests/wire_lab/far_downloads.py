"""Downloads by a client who is far away: how long they take and what the server's TCP thinks."""

import concurrent.futures
import json
import socket
import struct
import time

from wire_lab.dialogue import TcpServer, connect
from wire_lab.lab import SERVER

ADDRESS = (SERVER, 80)
TIMEOUT_S = 60
PIECE = 1 << 18
# Of nstat, in the server's namespace.
COUNTERS = ("TcpRetransSegs", "TcpExtTCPLossProbes", "TcpExtTCPTimeouts", "TcpExtTCPSpuriousRTOs")
_SMOOTHED_RTT = 8 + 15 * 4  # bytes into struct tcp_info, in microseconds


class FarServer:
    """Sends as many bytes as it is asked for; `first_rtt_ms` of every connection."""

    def __init__(self, space, control="cubic"):
        self.first_rtt_ms = []
        self._space = space
        self._server = TcpServer(space, ADDRESS, self._serve, control)

    def __enter__(self):
        # Every client is a stranger: what the kernel learned of the one before counts for nothing.
        self._space.sysctl("net.ipv4.tcp_no_metrics_save", 1)
        self._server.__enter__()
        return self

    def __exit__(self, *error):
        self._server.__exit__(*error)

    def _serve(self, connection):
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _SMOOTHED_RTT + 4)
        self.first_rtt_ms.append(struct.unpack_from("I", info, _SMOOTHED_RTT)[0] / 1000)
        size = int(connection.recv(100))
        connection.sendall(bytes(size))

    def counters(self):
        """The COUNTERS, since the namespace began."""
        kernel = json.loads(self._space.run("nstat", "-asz", "-j").stdout)["kernel"]
        return [kernel[name] for name in COUNTERS]


def _one(space, size):
    started = time.monotonic()
    with connect(space, ADDRESS, TIMEOUT_S) as connection:
        connection.sendall(str(size).encode())
        arrived = 0
        while piece := len(connection.recv(PIECE)):
            arrived += piece
    if arrived != size:
        raise EOFError(f"{arrived} of {size} bytes")
    return time.monotonic() - started


def download(space, size, count):
    """`count` downloads at once; how many seconds each took from its SYN to the server's FIN."""
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: _one(space, size), range(count)))
