"""What an attack does, in numbers: at the server, and in synsplice's counters."""

import http.client
import json
import socket
import time

SNAPSHOT_S = 1  # how old synsplice's numbers may be


class _ApiConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def counters(api_socket):
    """events.NAME and drops.REASON; those of nothing are missing. At most a snapshot old."""
    events = _ask(api_socket, "/v1/status")["events"].items()
    drops = _ask(api_socket, "/v1/drops")
    counted = {**{f"events.{name}": count for name, count in events},
               **{f"drops.{drop['reason']}": drop["frames"] for drop in drops}}
    return {name: count for name, count in counted.items() if count}


def _ask(api_socket, path):
    connection = _ApiConnection(api_socket)
    try:
        connection.request("GET", path)
        return json.load(connection.getresponse())
    finally:
        connection.close()


def grown(before, after):
    """Those counters that are higher now, and by how much."""
    differences = {name: count - before.get(name, 0) for name, count in after.items()}
    return {name: difference for name, difference in differences.items() if difference}


class ServerView:
    """What arrives at the server since it was made."""

    def __init__(self, lab):
        self._server = lab.server
        self._server.run("nft", """table netdev view {
            chain arriving {
                type filter hook ingress device eth0 priority -1;
                tcp flags & (syn | ack) == syn counter
            }
        }""")
        self._begun = time.monotonic()
        self._packets = self._server.received_packets()

    def numbers(self):
        """Per second since then, and sockets now."""
        seconds = time.monotonic() - self._begun
        return {"syns_per_second": self._syns() / seconds,
                "packets_per_second": (self._server.received_packets() - self._packets) / seconds,
                "half_open": self._sockets("syn-recv"),
                "established": self._sockets("established")}

    def _syns(self):
        rules = json.loads(self._server.run("nft", "-j", "list", "ruleset").stdout)["nftables"]
        return sum(part["counter"]["packets"] for rule in rules if "rule" in rule
                   for part in rule["rule"]["expr"] if "counter" in part)

    def _sockets(self, state):
        return len(self._server.run("ss", "-Htn", "state", state).stdout.splitlines())
