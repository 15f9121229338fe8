#!/usr/bin/python3
"""connlimit: exact, freed on close, and not touched by spoofed SYNs."""

import concurrent.futures

from wire_test import WireTest, main
from wire_lab.dialogue import TcpServer, connect, receive_all
from wire_lab.flood import Flood
from wire_lab.lab import SERVER, SERVER6
from wire_lab.process import wait_until

LIMIT, CLIENTS = 50, 60
GREETING = b"hello"


def greet(connection):
    connection.sendall(GREETING)
    receive_all(connection)


class Connlimit(WireTest):
    services = [{"name": "web", "listen": [f"{SERVER}:80", f"[{SERVER6}]:80"],
                 "connlimit": {"above": LIMIT, "prefix_v4": 32, "prefix_v6": 64}}]

    def _open(self, count, address):
        """Returns the connections that were accepted; the others must have been reset."""
        accepted = []
        for _ in range(count):
            try:
                connection = self.enterContext(connect(self.client, address, timeout_s=3))
                self.assertEqual(connection.recv(len(GREETING)), GREETING)
                accepted.append(connection)
            except ConnectionResetError:
                pass
        return accepted

    def test_fifty_of_sixty_at_once(self):
        with TcpServer(self.server, (SERVER, 80), greet), \
                concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            opened = pool.map(lambda _: self._open(1, (SERVER, 80)), range(CLIENTS))
            self.assertEqual(sum(map(len, opened)), LIMIT)

    def _accepted_again(self, address):
        accepted = self._open(1, address)
        for connection in accepted:
            connection.close()
        return accepted

    def _holds_and_frees(self, address):
        with TcpServer(self.server, address, greet):
            accepted = self._open(CLIENTS, address)
            self.assertEqual(len(accepted), LIMIT)
            for connection in accepted[:10]:
                connection.close()
            wait_until(lambda: self._accepted_again(address), "a place is free", 2)
            self.assertEqual(len(self._open(CLIENTS, address)), 10)

    def test_fifty_of_sixty_over_ipv4(self):
        self._holds_and_frees((SERVER, 80))
        self.assertGreaterEqual(self.drops()["connlimit"], CLIENTS - LIMIT)

    def test_fifty_of_sixty_over_ipv6(self):
        self._holds_and_frees((SERVER6, 80))

    def test_spoofed_syns_take_no_place(self):
        attacker = self.lab.attacker
        with TcpServer(self.server, (SERVER, 80), greet), \
                Flood(self.lab, "few-sources", seconds=2, rate=20_000) as flood:
            flood.wait(10)
            attacker.run("ip", "address", "add", "198.19.0.1/32", "dev", "eth0")
            attacker.run("nft", "delete", "table", "netdev", "flood")
            with connect(attacker, (SERVER, 80), source="198.19.0.1") as client:
                self.assertEqual(client.recv(len(GREETING)), GREETING)


class TwoWorkers(Connlimit):
    """The connections of one client are spread over both workers; the limit is one."""

    sections = {"workers": 2}
    test_spoofed_syns_take_no_place = None


if __name__ == "__main__":
    main()
