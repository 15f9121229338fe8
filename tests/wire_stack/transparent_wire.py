#!/usr/bin/python3
"""A transparent service, and everything beside it that is bridged."""

import socket

from wire_test import WireTest, main
from wire_lab.dialogue import TcpServer, exchange, family_of, receive_all
from wire_lab.http import Nginx, download, fetch
from wire_lab.lab import CLIENT, CLIENT6, SERVER, SERVER6

ETH_P_LOCAL = 0x88B5  # IEEE 802: local experimental ethertype


class Service(WireTest):
    def prepare(self):
        self.nginx = Nginx(self.lab, self.server)

    def test_curl_over_ipv4(self):
        answer = fetch(self.client, f"http://{SERVER}/where")
        self.assertRegex(answer, rf"^{SERVER}:80 {CLIENT}:\d+$")
        self.assertEqual(self.events()["flows_spliced"], 1)

    def test_curl_over_ipv6(self):
        answer = fetch(self.client, f"http://[{SERVER6}]/where")
        self.assertRegex(answer, rf"^{SERVER6}:80 {CLIENT6}:\d+$")
        self.assertEqual(self.events()["flows_spliced"], 1)

    def test_download_arrives_whole(self):
        for host in (SERVER, f"[{SERVER6}]"):
            digest, _ = download(self.client, f"http://{host}/payload", self.lab.directory, 10)
            self.assertEqual(digest, self.nginx.payload_sha256)

    def test_keepalive_requests_share_a_connection(self):
        url = f"http://{SERVER}/"
        self.assertEqual(fetch(self.client, url, url, url), "synsplice\n" * 3)
        self.assertEqual(self.events()["flows_spliced"], 1)


class Bridged(WireTest):
    def test_ping(self):
        for address in (SERVER, SERVER6):
            for size in (0, 1400, 4000):
                self.client.run("ping", "-c", "1", "-W", "1", "-s", str(size), address)
                self.server.run("ping", "-c", "1", "-W", "1", "-s", str(size),
                                CLIENT6 if ":" in address else CLIENT)

    def test_neighbours_are_answered_by_their_owner(self):
        for address in (SERVER, SERVER6):
            self.client.run("ping", "-c", "1", "-W", "1", address)
            neighbour = self.client.run("ip", "neighbour", "show", address).stdout
            self.assertIn(self.server.mac(), neighbour)

    def test_udp_both_ways(self):
        for address in ((SERVER, 80), (SERVER6, 80)):
            self._question_and_answer(address)

    def _question_and_answer(self, address):
        with self.server.socket(family_of(address), socket.SOCK_DGRAM) as server, \
                self.client.socket(family_of(address), socket.SOCK_DGRAM) as client:
            server.bind(address)
            server.settimeout(2)
            client.settimeout(2)
            client.sendto(b"question", address)
            question, source = server.recvfrom(100)
            server.sendto(question + b" answered", source)
            self.assertEqual(client.recv(100), b"question answered")

    def test_unknown_ethertype_bit_for_bit(self):
        frame = bytes.fromhex(self.server.mac().replace(":", "")) + bytes(range(6)) \
            + ETH_P_LOCAL.to_bytes(2, "big") + bytes(range(200))
        with self._raw(self.client) as sender, self._raw(self.server) as receiver:
            receiver.settimeout(2)
            sender.send(frame)
            self.assertEqual(receiver.recv(2000), frame)

    def _raw(self, space):
        raw = space.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_LOCAL))
        raw.bind(("eth0", ETH_P_LOCAL))
        return raw

    def test_other_ports_are_not_proxied(self):
        exchange(self.client, self.server, (SERVER, 8081), 1 << 20)
        self.assertEqual(self.events()["cookies_sent"], 0)

    def test_connections_opened_by_the_server(self):
        for address in ((CLIENT, 9000), (CLIENT6, 9000)):
            exchange(self.server, self.client, address, 1 << 20)
        self.assertEqual(self.events()["cookies_sent"], 0)

    def test_connection_opened_from_the_service_endpoint(self):
        for local, remote in (((SERVER, 80), (CLIENT, 9000)), ((SERVER6, 80), (CLIENT6, 9000))):
            with TcpServer(self.client, remote, lambda c: c.sendall(b"hello")), \
                    self.server.socket(family_of(local)) as opener:
                opener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                opener.settimeout(3)
                opener.bind(local)
                opener.connect(remote)
                self.assertEqual(receive_all(opener), b"hello")
        self.assertEqual(self.events()["flows_server_opened"], 2)


if __name__ == "__main__":
    main()
