#!/usr/bin/python3
"""Limits of rates count as the kernel's do, packet by packet; a slow backend is asked in turns."""

import concurrent.futures
import contextlib
import re
import shutil
import socket
import struct
import time

from wire_test import WireTest, main
from wire_lab.dialogue import TcpServer, connect, receive_all
from wire_lab.forgery import SYN, checksum_of, word_sum
from wire_lab.lab import CLIENT, SERVER
from wire_lab.process import wait_until

PORT = 80
RATE, BURST = 3, 5
LIMIT = f"limit rate {RATE}/second burst {BURST} packets"
# Of two networks, whose answers nobody takes for his own (lab.SPOOFED).
SOURCES = "198.19.1.1", "198.19.1.9", "198.19.2.1"
# (SYNs, seconds between them): a burst, a trickle, a pause and another burst.
PATTERN = (10, 0.0), (30, 0.05), (1, 1.0), (20, 0.01), (8, 0.3)
GREETING = b"hello"
CLIENTS, MOST_OPENING = 20, 4


def greet(connection):
    connection.sendall(GREETING)
    receive_all(connection)


def syn_packet(source, number):
    """An IPv4 packet; each is a connection of its own."""
    addresses = socket.inet_aton(source) + socket.inet_aton(SERVER)
    tcp = struct.pack("!HHIIBBHHH", 1024 + number, PORT, 1000 * number, 0, 5 << 4, SYN, 1000, 0, 0)
    total = word_sum(addresses + struct.pack("!HH", socket.IPPROTO_TCP, len(tcp)) + tcp)
    tcp = tcp[:16] + struct.pack("!H", checksum_of(total)) + tcp[18:]
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, socket.IPPROTO_TCP, 0)
    return header + addresses + tcp  # the kernel fills in its checksum


class Oracle:
    """The kernel counts the SYNs that leave `space` and are within the same limits."""

    NFT = f"""table ip oracle {{
        set seen {{ type ipv4_addr; flags dynamic; size 1024; timeout 1h; }}
        chain together {{
            type filter hook output priority 0;
            tcp flags & (syn | ack) == syn {LIMIT} counter
        }}
        chain sources {{
            type filter hook output priority 1;
            tcp flags & (syn | ack) == syn update @seen {{ ip saddr & 255.255.255.0 {LIMIT} }} counter
        }}
    }}"""
    XT = {"together": ("limit", "--limit", f"{RATE}/s", "--limit-burst", str(BURST)),
          "sources": ("hashlimit", "--hashlimit-upto", f"{RATE}/s", "--hashlimit-burst", str(BURST),
                      "--hashlimit-mode", "srcip", "--hashlimit-srcmask", "24",
                      "--hashlimit-name", "sources")}

    def __init__(self, space):
        self._space = space
        space.run("nft", self.NFT)
        self._has_xt = shutil.which("iptables-nft") is not None
        if self._has_xt:
            for match in self.XT.values():
                space.run("iptables-nft", "-A", "OUTPUT", "-p", "tcp", "--syn", "-m", *match)

    def passed(self, which):
        """By each of the kernel's ways to count."""
        listed = self._space.run("nft", "list", "chain", "ip", "oracle", which).stdout
        counts = {"nft": int(re.search(r"counter packets (\d+)", listed).group(1))}
        if self._has_xt:
            rules = self._space.run("iptables-nft", "-nvxL", "OUTPUT").stdout.splitlines()[2:]
            counts["xt"] = int(rules[list(self.XT).index(which)].split()[0])
        return counts


class SynLimit(WireTest):
    services = [{"name": "web", "listen": [f"{SERVER}:{PORT}"],
                 "syn_limit": {"rate": f"{RATE}/s", "burst": BURST}}]
    sections = {"workers": 2}
    which = "together"

    def _send(self):
        """The same packets go through the kernel's rules and to the appliance."""
        count = 0
        raw = self.lab.attacker.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        with contextlib.closing(raw):
            for syns, pause_s in PATTERN:
                for _ in range(syns):
                    raw.sendto(syn_packet(SOURCES[count % len(SOURCES)], count), (SERVER, 0))
                    count += 1
                    time.sleep(pause_s)
        return count

    def test_lets_through_what_the_kernel_does(self):
        # The kernel asks for the server's MAC address before it counts.
        self.lab.attacker.run("ping", "-c1", "-W2", SERVER)
        oracle = Oracle(self.lab.attacker)
        sent = self._send()
        expected = oracle.passed(self.which)
        time.sleep(0.2)
        counters = self.appliance.stop()
        passed = counters["events"]["cookies_sent"]
        print(f"{sent} SYNs, {passed} cookies, {expected} by the kernel")
        refused = counters["drops"]["syn_limit"] + counters["drops"]["syn_limit_per_source"]
        self.assertEqual(passed + refused, sent)
        self.assertLess(passed, sent * 0.7)
        for way, count in expected.items():
            self.assertAlmostEqual(passed, count, delta=self.tokens, msg=way)

    tokens = 1  # that a moment more or less may make


class SynLimitPerSource(SynLimit):
    services = [{"name": "web", "listen": [f"{SERVER}:{PORT}"],
                 "syn_limit_per_source": {"rate": f"{RATE}/s", "burst": BURST, "prefix_v4": 24}}]
    which = "sources"
    tokens = 2  # one for each of the networks


class AcceptLimit(WireTest):
    services = [{"name": "web", "listen": [f"{SERVER}:{PORT}"],
                 "accept_limit": {"rate": "10/s", "burst": 5, "action": "reset", "queue": "1s"}}]

    def _open(self, _):
        try:
            with connect(self.client, (SERVER, PORT), timeout_s=5) as connection:
                return connection.recv(len(GREETING)) == GREETING
        except ConnectionResetError:
            return False

    def test_who_may_wait_is_served_and_who_may_not_is_told(self):
        started = time.monotonic()
        with TcpServer(self.server, (SERVER, PORT), greet), \
                concurrent.futures.ThreadPoolExecutor(25) as pool:
            served = sum(pool.map(self._open, range(25)))
        self.assertGreater(time.monotonic() - started, 0.9)
        self.assertGreaterEqual(served, 15)  # 5 at once, 10 in the second of the queue
        self.assertLessEqual(served, 20)
        self.assertEqual(self.drops()["accept_limit"], 25 - served)


class SlowBackend(WireTest):
    """The server hears no SYN for a while."""

    queue = "10s"

    def prepare(self):
        type(self).services = [{"name": "web", "listen": [f"{SERVER}:{PORT}"],
                                "max_opening": MOST_OPENING, "opening_queue": self.queue}]
        self.server.run("nft", f"""table ip slow {{
            chain deaf {{
                type filter hook prerouting priority 0;
                ip saddr {CLIENT} tcp flags & (syn | ack) == syn counter drop
            }}
        }}""")
        self.enterContext(TcpServer(self.server, (SERVER, PORT), greet))

    def _asked(self):
        listed = self.server.run("nft", "list", "chain", "ip", "slow", "deaf").stdout
        return int(re.search(r"counter packets (\d+)", listed).group(1))

    def _open(self, _):
        try:
            with connect(self.client, (SERVER, PORT), timeout_s=15) as connection:
                return connection.recv(len(GREETING)) == GREETING
        except ConnectionResetError:
            return False

    def test_others_wait_and_are_served(self):
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            opened = [pool.submit(self._open, number) for number in range(CLIENTS)]
            wait_until(lambda: self._asked() >= MOST_OPENING, "the first ones are called", 5)
            time.sleep(0.4)
            self.assertEqual(self._asked(), MOST_OPENING)
            self.server.run("nft", "delete", "table", "ip", "slow")
            self.assertTrue(all(future.result() for future in opened))
        self.assertEqual(self.drops()["backend_busy"], 0)


class ImpatientQueue(SlowBackend):
    queue = "500ms"

    def test_others_wait_and_are_served(self):
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            opened = [pool.submit(self._open, number) for number in range(CLIENTS)]
            time.sleep(0.8)
            self.server.run("nft", "delete", "table", "ip", "slow")
            served = sum(future.result() for future in opened)
        self.assertEqual(served, MOST_OPENING)
        self.assertEqual(self.drops()["backend_busy"], CLIENTS - MOST_OPENING)


if __name__ == "__main__":
    main()
