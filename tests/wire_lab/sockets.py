"""What a host's kernel knows of one of its connections: `ss -tio`."""

import re


class SocketInfo:
    """Of a connected socket of `space`."""

    def __init__(self, space, connection):
        local, remote = (_filter_of(name) for name in
                         (connection.getsockname(), connection.getpeername()))
        self.text = space.run("ss", "-HtinoO", "src", local, "dst", remote).stdout
        words = self.text.split()
        if len(words) < 6:
            raise RuntimeError(f"no connection {local} to {remote}: {self.text}")
        self.unread = int(words[1])  # bytes received that the program has not read
        self.unacknowledged = int(words[2])  # bytes, those not yet sent included
        self.options = {word for word in words[5:] if word in ("ts", "sack", "ecn")}
        scales = re.search(r" wscale:(\d+),(\d+) ", self.text)
        self.peer_scale = int(scales[1]) if scales else None
        self.own_scale = int(scales[2]) if scales else None
        self.path_mtu = int(re.search(r" pmtu:(\d+) ", self.text)[1])


def _filter_of(name):
    host, port = name[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
