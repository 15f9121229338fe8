#!/usr/bin/python3
"""connlimit: exact, as the kernel's, freed on close, and not touched by spoofed SYNs."""

import concurrent.futures
import random
import shutil
import socket
import struct
import time

from wire_test import WireTest, main
from wire_lab.dialogue import TcpServer, connect, receive_all
from wire_lab.flood import Flood
from wire_lab.lab import SERVER, SERVER6
from wire_lab.process import wait_until

LIMIT, CLIENTS = 50, 60
# Ports where ours, nft and iptables limit; of two networks of 24 bits.
OURS, NFT, XT = 80, 81, 82
ABOVE, SOURCES = 3, ("198.18.201.1", "198.18.201.9", "198.18.202.1")
SETTLED_S = 0.05
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


class BesideTheKernel(WireTest):
    """The same clients come to our limit and to the kernel's of the server."""

    services = [{"name": "web", "listen": [f"{SERVER}:{OURS}"],
                 "connlimit": {"above": ABOVE, "prefix_v4": 24}}]
    sections = {"workers": 2}

    def prepare(self):
        for source in SOURCES:
            self.client.run("ip", "address", "add", f"{source}/16", "dev", "eth0")
        self.server.run("nft", f"""table ip oracle {{
            set open {{ type ipv4_addr; size 1024; flags dynamic; }}
            chain arriving {{
                type filter hook input priority 0;
                tcp dport {NFT} ct state new \\
                    add @open {{ ip saddr & 255.255.255.0 ct count over {ABOVE} }} \\
                    reject with tcp reset
            }}
        }}""")
        self.ports = [OURS, NFT]
        if shutil.which("iptables-nft"):
            self.server.run("iptables-nft", "-A", "INPUT", "-p", "tcp", "--syn", "--dport", str(XT),
                            "-m", "connlimit", "--connlimit-above", str(ABOVE),
                            "--connlimit-mask", "24", "-j", "REJECT", "--reject-with", "tcp-reset")
            self.ports.append(XT)

    def _open(self, port, source):
        """None if it was refused."""
        try:
            connection = connect(self.client, (SERVER, port), source=source)
            return connection if connection.recv(len(GREETING)) == GREETING else None
        except (ConnectionResetError, ConnectionRefusedError):
            return None

    def _play(self, port):
        """Whether each of them was let in, while others end by FIN or by RST."""
        moves, held, let_in = random.Random(41), [], []
        with TcpServer(self.server, (SERVER, port), greet):
            for _ in range(80):
                if held and moves.random() < 0.3:
                    leaver = held.pop(moves.randrange(len(held)))
                    if moves.random() < 0.5:
                        leaver.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                          struct.pack("ii", 1, 0))
                    leaver.close()
                    time.sleep(SETTLED_S)
                    continue
                connection = self._open(port, moves.choice(SOURCES))
                let_in.append(connection is not None)
                held += [connection] if connection else []
            for connection in held:
                connection.close()
        return let_in

    def test_lets_in_whom_the_kernel_does(self):
        with concurrent.futures.ThreadPoolExecutor(len(self.ports)) as pool:
            ours, *theirs = pool.map(self._play, self.ports)
        print(f"{sum(ours)} of {len(ours)} connections, {[sum(let_in) for let_in in theirs]}")
        self.assertIn(False, ours)
        for let_in in theirs:
            self.assertEqual(ours, let_in)


if __name__ == "__main__":
    main()
