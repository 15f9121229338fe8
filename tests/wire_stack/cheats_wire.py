#!/usr/bin/python3
"""An attacker with a real address who cheats: what he takes he takes from himself."""

import time

from wire_test import WireTest, main
from wire_lab.dialogue import TcpServer, accepted, connect, echo_until_end, exchange_over, listen
from wire_lab.forgery import ACK, PUSH, RST, Forger
from wire_lab.lab import ATTACKER, SERVER
from wire_lab.process import wait_until
from wire_lab.sockets import SocketInfo

LIMIT, TRIES = 5, 30
HOLE = 1000
EPOCH_S = 4
SMALL_MTU, ETHERNET = 552, 1500


class Connlimit(WireTest):
    """A RST behind a hole, at which the server would keep its socket (rules 18, 29)."""

    services = [{"name": "web", "listen": [f"{SERVER}:80"], "connlimit": {"above": LIMIT}}]

    def _open(self):
        """Known to the server too: who cheats before that cheats nobody."""
        client = self.enterContext(connect(self.lab.attacker, (SERVER, 80)))
        port = client.getsockname()[1]
        wait_until(lambda: self._sockets_of_server("dport", "=", f":{port}") == 1,
                   "the server has it", 2)
        return client

    def _sockets_of_server(self, *which):
        return len(self.server.run("ss", "-Htn", "state", "connected", "exclude", "time-wait",
                                   "exclude", "syn-recv", "sport", "=", ":80",
                                   *which).stdout.splitlines())

    def _cheat(self, forge):
        """The attacker's connection is ended in the eyes of the appliance."""
        with TcpServer(self.server, (SERVER, 80), echo_until_end):
            for _ in range(TRIES):
                forge(Forger(self.lab.attacker, self._open()))
                wait_until(lambda: self._sockets_of_server() <= LIMIT, "the server's sockets", 1)
            wait_until(lambda: self._sockets_of_server() == 0, "all are gone", 2)
        self.assertEqual(self.drops().get("connlimit", 0), 0)

    def test_damaged_data_ahead(self):
        def forge(forger):
            forger.send(PUSH | ACK, HOLE, b"!", damaged=True)
            forger.send(RST, HOLE + 1)
        self._cheat(forge)

    def test_data_ahead(self):
        def forge(forger):
            forger.send(PUSH | ACK, HOLE, b"!")
            forger.send(RST, HOLE + 1)
        self._cheat(forge)

    def test_data_under_way_and_ahead(self):
        def forge(forger):
            forger.send(PUSH | ACK, 0, b"12345678")
            forger.send(PUSH | ACK, HOLE, b"!")
            forger.send(RST, HOLE + 1)
        self._cheat(forge)


class Mss(WireTest):
    """The server believes in a small path to one client; others hear nothing of it (rule 16)."""

    sections = {"cookie": {"epoch": f"{EPOCH_S}s"}}

    def prepare(self):
        self.server.run("ip", "route", "add", f"{ATTACKER}/32", "dev", "eth0",
                        "mtu", str(SMALL_MTU))

    def _upload(self, host, size=100_000):
        """What the host's kernel knows of the path and of the server's MSS behind an upload."""
        with listen(self.server, (SERVER, 80)) as listener, \
                connect(host, (SERVER, 80)) as client, accepted(listener) as server:
            exchange_over(client, server, size)
            return SocketInfo(host, client)

    def test_others_keep_theirs(self):
        self._upload(self.client)
        for _ in range(4):
            self.assertEqual(self._upload(self.lab.attacker).path_mtu, SMALL_MTU)
        self.assertEqual(self._upload(self.client).path_mtu, ETHERNET)
        time.sleep(EPOCH_S + 0.3)  # promises follow what was learned
        client = self._upload(self.client)
        self.assertEqual(client.path_mtu, ETHERNET)
        self.assertRegex(client.text, r"\bmss:1448\b")


if __name__ == "__main__":
    main()
