#!/usr/bin/python3
"""An attacker with a real address and an application that does not accept: the handshakes that wait
for it take no place from others (rules 15, 34)."""

import contextlib

from wire_test import WireTest, main
from wire_lab.connections import one_after_another
from wire_lab.dialogue import TcpServer, connect, receive_all
from wire_lab.handshakes import COUNT, Handshakes
from wire_lab.http import Nginx
from wire_lab.lab import SERVER

MOST = 0.9 * COUNT
SLOTS, LIMIT = 4096, 50
WEB, STUCK, LIMITED = 80, 81, 82
AFTERWARDS = 50
TIMEOUT_S = 3
GREETING = b"hello"


def greet(connection):
    connection.sendall(GREETING)
    receive_all(connection)


class Slots(WireTest):
    services = [{"name": "web", "listen": [f"{SERVER}:{WEB}"]},
                {"name": "stuck", "listen": [f"{SERVER}:{STUCK}"]},
                {"name": "limited", "listen": [f"{SERVER}:{LIMITED}"],
                 "connlimit": {"above": LIMIT}}]
    # Full before any handshake has waited so long that another one may replace it.
    sections = {"handshake": {"slots": SLOTS}}

    def prepare(self):
        Nginx(self.lab, self.server, ports=(WEB,))

    def _fetch(self, count):
        """Connections of an honest client to the other service; returns how many failed."""
        connections = one_after_another(self.client, (SERVER, WEB), count, 30, TIMEOUT_S)
        return connections.attempts - len(connections.connect_ms)

    def _attack(self, port, aborts=True):
        """Others are served while it lasts and while its handshakes still wait; and so are those
        who want the same service, as soon as its application is there again."""
        during = failed = 0
        with contextlib.closing(self.server.socket()) as listener:
            listener.bind((SERVER, port))
            listener.listen(0)
            with Handshakes(self.lab, (SERVER, port), aborts) as attack:
                while attack.running():
                    failed += self._fetch(1)
                    during += 1
            failed += self._fetch(AFTERWARDS)
        self.assertGreater(attack.opened, MOST, attack)
        self.assertEqual(failed, 0, f"of {during} during and {AFTERWARDS} after {attack}")
        self.assertGreater(during, 5, attack)
        with TcpServer(self.server, (SERVER, port), greet), \
                connect(self.client, (SERVER, port)) as client:
            self.assertEqual(client.recv(len(GREETING)), GREETING)

    def test_aborted_handshakes(self):
        self._attack(STUCK)
        self.assertGreater(self.events()["cookies_valid"], MOST)

    def test_aborted_handshakes_keep_their_connlimit_places(self):
        self._attack(LIMITED)
        self.assertGreater(self.drops()["connlimit"], MOST - LIMIT)

    def test_handshakes_left_open(self):
        self._attack(STUCK, aborts=False)
        self.assertGreater(self.drops()["handshake_slots_full"], SLOTS)


if __name__ == "__main__":
    main()
