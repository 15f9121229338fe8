#!/usr/bin/python3
"""Destination NAT with port translation, one and two backends."""

import socket
import time

from wire_test import WireTest, main
from wire_lab.dialogue import (TcpServer, accepted, connect, echo_until_end, exchange_over, listen,
                               payload, receive_all, receive_exactly)
from wire_lab.http import Nginx, download, fetch
from wire_lab.lab import CLIENT, CLIENT6, SECOND, SECOND6, SERVER, SERVER6

VIRTUAL, VIRTUAL6 = "198.18.0.100", "2001:db8::100"
CLIENTS = [f"198.18.2.{last}" for last in range(1, 41)]
CLIENTS6 = [f"2001:db8::2:{last}" for last in range(1, 41)]


def nat_service(*backends):
    return [{"name": "web", "listen": [f"{VIRTUAL}:80", f"[{VIRTUAL6}]:80"],
             "backends": list(backends)}]


class OneBackend(WireTest):
    services = nat_service(f"{SERVER}:8080", f"[{SERVER6}]:8080") + [
        {"name": "echo", "listen": [f"{VIRTUAL}:7", f"[{VIRTUAL6}]:7"],
         "backends": [f"{SERVER}:8007", f"[{SERVER6}]:8007"]}]

    def prepare(self):
        self.nginx = Nginx(self.lab, self.server, ports=(8080,))

    def test_server_sees_its_own_address_and_the_client(self):
        answer = fetch(self.client, f"http://{VIRTUAL}/where")
        self.assertRegex(answer, rf"^{SERVER}:8080 {CLIENT}:\d+$")
        answer = fetch(self.client, f"http://[{VIRTUAL6}]/where")
        self.assertRegex(answer, rf"^{SERVER6}:8080 {CLIENT6}:\d+$")

    def test_download_arrives_whole(self):
        for host in (VIRTUAL, f"[{VIRTUAL6}]"):
            digest, _ = download(self.client, f"http://{host}/payload", self.lab.directory, 10)
            self.assertEqual(digest, self.nginx.payload_sha256)

    def test_half_close(self):
        data = payload(1_000_000, seed=5)
        for virtual, server in ((VIRTUAL, SERVER), (VIRTUAL6, SERVER6)):
            with TcpServer(self.server, (server, 8007), echo_until_end), \
                    connect(self.client, (virtual, 7)) as client:
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(receive_all(client), data)

    def test_connection_survives_a_backend_that_moves_without_a_word(self):
        for mac, virtual, server in (("02:00:00:00:0a:01", VIRTUAL, SERVER),
                                     ("02:00:00:00:0a:02", VIRTUAL6, SERVER6)):
            with listen(self.server, (server, 8007)) as listener, \
                    connect(self.client, (virtual, 7), timeout_s=15) as client, \
                    accepted(listener, timeout_s=15) as backend:
                exchange_over(client, backend, 1000)
                # As after a fail-over: the connection is there, nobody has told the new address.
                self.server.run("ip", "link", "set", "eth0", "address", mac)
                moved_at = time.monotonic()
                client.sendall(b"are you there?")
                self.assertEqual(receive_exactly(backend, 14), b"are you there?")
                # Silence of 3 s, then the client's next retransmission but one at the latest.
                self.assertLess(time.monotonic() - moved_at, 14)
                exchange_over(client, backend, 1000)
        self.assertGreaterEqual(self.events()["neighbours_learned"], 4)

    def test_service_address_is_answered_with_the_outside_mac(self):
        fetch(self.client, f"http://{VIRTUAL}/")
        neighbour = self.client.run("ip", "neighbour", "show", VIRTUAL).stdout
        self.assertIn(self.lab.box.mac("out0"), neighbour)

    def test_backend_cannot_be_reached_directly(self):
        with self.assertRaises(TimeoutError):
            connect(self.client, (SERVER, 8080), timeout_s=1.5)
        self.assertGreater(self.drops()["direct"], 0)


class TwoBackends(WireTest):
    lab_options = {"second_server": True}
    services = nat_service(f"{SERVER}:8080", f"{SECOND}:8080",
                           f"[{SERVER6}]:8080", f"[{SECOND6}]:8080")

    def prepare(self):
        for server in self.lab.servers:
            Nginx(self.lab, server, ports=(8080,))
        for address in CLIENTS:
            self.client.run("ip", "address", "add", f"{address}/16", "dev", "eth0")
        for address in CLIENTS6:
            self.client.run("ip", "address", "add", f"{address}/64", "dev", "eth0", "nodad")

    def _assert_clients_stay_and_spread(self, host, clients, backends):
        def backend(client):
            answer = fetch(self.client, f"http://{host}/where", "--interface", client)
            return answer.split(" ")[0].removesuffix(":8080")

        first = [backend(client) for client in clients]
        self.assertEqual(first, [backend(client) for client in clients])
        # Of 40 clients fewer than 5 on one side: 2e-6 by chance.
        for address in backends:
            self.assertGreaterEqual(first.count(address), 5)
        self.assertEqual(self.events()["flows_spliced"], 2 * len(clients))

    def test_a_client_stays_and_clients_spread(self):
        self._assert_clients_stay_and_spread(VIRTUAL, CLIENTS, (SERVER, SECOND))

    def test_a_client_stays_and_clients_spread_over_ipv6(self):
        self._assert_clients_stay_and_spread(f"[{VIRTUAL6}]", CLIENTS6, (SERVER6, SECOND6))


if __name__ == "__main__":
    main()
