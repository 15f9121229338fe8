#!/usr/bin/python3
"""TCP-MD5 between real stacks (rule 25): through a bypass it works, without one it does not."""

import socket
import struct

from wire_test import TRANSPARENT, WireTest, main
from wire_lab.dialogue import family_of, payload, receive_all
from wire_lab.lab import CLIENT, CLIENT6, SERVER, SERVER6

TCP_MD5SIG = 14  # linux/tcp.h
KEY = b"of one peer"
SIZE = 30_000  # fits the sockets' buffers: one thread plays both ends
BYPASS = [{**TRANSPARENT[0], "signed_bypass": [f"{CLIENT}/32", f"{CLIENT6}/128"]}]
PAIRS = ((CLIENT, SERVER), (CLIENT6, SERVER6))


def sign(connection, peer):
    """Sets the key for segments to and from `peer` (struct tcp_md5sig)."""
    family = family_of((peer, 0))
    if family == socket.AF_INET:
        address = struct.pack("=HH4s", family, 0, socket.inet_pton(family, peer))
    else:
        address = struct.pack("=HHI16sI", family, 0, 0, socket.inet_pton(family, peer), 0)
    option = address.ljust(128, b"\0") + struct.pack("=BBHi80s", 0, 0, len(KEY), 0, KEY)
    connection.setsockopt(socket.IPPROTO_TCP, TCP_MD5SIG, option)


class Signed(WireTest):
    services = BYPASS

    def _open(self, client, server):
        """The two ends of a signed connection; closed at the end of the test."""
        listener = self.enterContext(self.server.socket(family_of((server, 0))))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((server, 80))
        sign(listener, client)
        listener.listen()
        listener.settimeout(5)
        near = self.enterContext(self.client.socket(family_of((server, 0))))
        near.settimeout(3)
        sign(near, server)
        near.connect((server, 80))
        far, _ = listener.accept()
        return near, self.enterContext(far)

    def test_bypass_transfers_both_ways(self):
        for client, server in PAIRS:
            near, far = self._open(client, server)
            for sender, receiver in ((near, far), (far, near)):
                sender.sendall(payload(SIZE, 1))
                sender.shutdown(socket.SHUT_WR)
                self.assertEqual(receive_all(receiver), payload(SIZE, 1))
        counters = self.appliance.stop()
        self.assertGreater(counters["events"]["signed_bypassed"], 20)
        self.assertEqual(counters["events"]["cookies_sent"], 0)


class SignedWithoutBypass(Signed):
    services = TRANSPARENT
    test_bypass_transfers_both_ways = None

    def test_does_not_connect(self):
        with self.assertRaises(TimeoutError):
            self._open(CLIENT, SERVER)
        self.assertGreater(self.drops()["signed_segment"], 0)


if __name__ == "__main__":
    main()
