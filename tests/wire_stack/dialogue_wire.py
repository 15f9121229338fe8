#!/usr/bin/python3
"""Who speaks first, who ends first, and what a client hears from a server that does not answer."""

import socket
import time

from wire_test import WireTest, main
from wire_lab.capture import Capture
from wire_lab.dialogue import (
    TcpServer, connect, echo_until_end, family_of, payload, receive_all)
from wire_lab.lab import SERVER, SERVER6

ADDRESSES = ((SERVER, 80), (SERVER6, 80))


class Dialogues(WireTest):
    def test_server_speaks_first(self):
        for address in ADDRESSES:
            with TcpServer(self.server, address, lambda c: c.sendall(b"220 ready\r\n")), \
                    connect(self.client, address) as client:
                self.assertEqual(receive_all(client), b"220 ready\r\n")

    def test_data_with_the_handshake_ack(self):
        with Capture(self.lab, self.client, "eth0") as capture:
            self._send_with_the_handshake_ack()
        lines = [line for line in capture.lines() if "Flags [" in line]
        answers = [index for index, line in enumerate(lines) if "Flags [S.]" in line]
        self.assertEqual(len(answers), len(ADDRESSES))
        for index in answers:
            self.assertRegex(lines[index + 1], r"Flags \[P\.\].* length 5\b")

    def _send_with_the_handshake_ack(self):
        for address in ADDRESSES:
            with TcpServer(self.server, address, echo_until_end), \
                    self.client.socket(family_of(address)) as client:
                client.settimeout(3)
                # Linux then delays the ACK of the SYN-ACK, and the first data carries it.
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
                client.connect(address)
                client.sendall(b"early")
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(receive_all(client), b"early")

    def test_early_data_larger_than_the_held_window(self):
        data = payload(1_000_000, seed=3)
        with TcpServer(self.server, (SERVER, 80), echo_until_end), \
                connect(self.client, (SERVER, 80)) as client:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_all(client), data)

    def test_half_close_by_the_client(self):
        def serve(connection):
            request = receive_all(connection)
            time.sleep(0.3)
            connection.sendall(request * 1000)

        for address in ADDRESSES:
            with TcpServer(self.server, address, serve), connect(self.client, address) as client:
                client.sendall(b"question")
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(receive_all(client), b"question" * 1000)

    def test_half_close_by_the_server(self):
        for address in ADDRESSES:
            self._half_close_by_the_server(address)

    def _half_close_by_the_server(self, address):
        received = []

        def serve(connection):
            connection.sendall(b"hello")
            connection.shutdown(socket.SHUT_WR)
            received.append(receive_all(connection))

        with TcpServer(self.server, address, serve):
            with connect(self.client, address) as client:
                self.assertEqual(receive_all(client), b"hello")
                client.sendall(b"still here")
            self._wait_for(lambda: received == [b"still here"])

    def _wait_for(self, condition):
        deadline = time.monotonic() + 3
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertTrue(condition())

    def test_client_aborts(self):
        ended = []

        def serve(connection):
            connection.sendall(b"hello")
            try:
                connection.recv(1)
            except ConnectionResetError:
                ended.append("reset")

        with TcpServer(self.server, (SERVER, 80), serve):
            with connect(self.client, (SERVER, 80)) as client:
                self.assertEqual(client.recv(5), b"hello")
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self._wait_for(lambda: ended == ["reset"])


# The first timer of a handshake rings after a second.
BEFORE_A_TIMER_S = 0.9


class NoAnswer(WireTest):
    sections = {"handshake": {"syn_retries": 1}}

    def _reset_after_s(self, address):
        # The RST may be there before connect() has returned: the kernel then says so at once.
        started = time.monotonic()
        with self.assertRaises(ConnectionResetError):
            with connect(self.client, address, timeout_s=8) as client:
                client.recv(1)
        return time.monotonic() - started

    def test_server_port_closed(self):
        for address in ADDRESSES:
            self.assertLess(self._reset_after_s(address), BEFORE_A_TIMER_S)
        self.assertEqual(self.events()["backend_refused"], len(ADDRESSES))

    def test_server_refuses_with_icmp(self):
        self.server.run("nft", """table inet refusal {
            chain arriving {
                type filter hook input priority 0;
                tcp dport 80 reject with icmpx port-unreachable
            }
        }""")
        for address in ADDRESSES:
            self.assertLess(self._reset_after_s(address), BEFORE_A_TIMER_S)

    def test_server_silent(self):
        self.server.run("nft", """table inet silence {
            chain arriving {
                type filter hook prerouting priority raw;
                tcp dport 80 drop
            }
        }""")
        # One retransmission: 1 s to it, 2 s after it.
        self._assert_reset_after_the_retries(*ADDRESSES)

    def test_server_gone(self):
        self.client.run("ping", "-c", "1", "-W", "1", SERVER)  # the client knows its MAC
        self.server.run("ip", "link", "set", "eth0", "down")
        self._assert_reset_after_the_retries(ADDRESSES[0])

    def _assert_reset_after_the_retries(self, *addresses):
        for address in addresses:
            waited_s = self._reset_after_s(address)
            self.assertGreater(waited_s, 2.5)
            self.assertLess(waited_s, 4.5)
        self.assertEqual(self.events()["backend_silent"], len(addresses))


if __name__ == "__main__":
    main()
