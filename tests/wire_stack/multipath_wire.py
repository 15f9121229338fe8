#!/usr/bin/python3
"""Two servers with one address behind a router that chooses among them by the flow label (rule 10):
all segments of a connection reach the same one."""

import contextlib

from wire_test import WireTest, main
from wire_lab.dialogue import TcpServer, connect, receive_exactly
from wire_lab.lab import EQUAL

CONNECTIONS, ROUNDS = 40, 3
QUESTION = b"?"
FIRST, SECOND = b"1", b"2"


def answer_by(name):
    def answer(connection):
        while connection.recv(len(QUESTION)):
            connection.sendall(name)
    return answer


def ask(connection):
    connection.sendall(QUESTION)
    return receive_exactly(connection, len(QUESTION))


class Multipath(WireTest):
    lab_options = {"routed": ("server",)}
    services = [{"name": "web", "listen": [f"{EQUAL[0]}:80", f"[{EQUAL[1]}]:80"]}]

    def prepare(self):
        self.equal = self.lab.add_equal_server()
        # A retransmission by timer, as on a busy machine, would change the label and so the server.
        self.client.sysctl("net.core.txrehash", 0)

    def _ask_over(self, address, sources):
        """Every connection has the same server for its whole life, and both servers have some."""
        with contextlib.ExitStack() as stack:
            for space, name in (self.server, FIRST), (self.equal, SECOND):
                stack.enter_context(TcpServer(space, (address, 80), answer_by(name)))
            connections = [stack.enter_context(connect(self.client, (address, 80), source=source))
                           for source in sources]
            rounds = [[ask(connection) for connection in connections] for _ in range(ROUNDS)]
        for answers in rounds:
            self.assertEqual(answers, rounds[0])
        self.assertEqual(set(rounds[0]), {FIRST, SECOND})
        self.assertEqual(self.events()["flows_spliced"], CONNECTIONS)

    def test_ipv6_by_flow_label(self):
        self._ask_over(EQUAL[1], [None] * CONNECTIONS)

    def test_ipv4_by_client_address(self):
        sources = [f"198.18.2.{last}" for last in range(1, CONNECTIONS + 1)]
        for source in sources:
            self.client.run("ip", "address", "add", f"{source}/32", "dev", "eth0")
        self._ask_over(EQUAL[0], sources)


if __name__ == "__main__":
    main()
