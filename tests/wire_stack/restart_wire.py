#!/usr/bin/python3
"""The appliance is restarted between two ends that go on (rule 7): both learn it at once."""

import time

from wire_test import WireTest, main
from wire_lab.appliance import Synsplice, write_configuration
from wire_lab.dialogue import accepted, connect, exchange_over, listen
from wire_lab.lab import SERVER, SERVER6
from wire_lab.process import wait_until

LEARNED_WITHIN_S = 5


class Restart(WireTest):
    def _restart(self):
        self.appliance.stop()
        self.appliance = self.enterContext(
            Synsplice(self.lab, write_configuration(self.lab, self.services)))

    def _connection(self, address):
        with listen(self.server, (address, 80)) as listener:
            client = self.enterContext(connect(self.client, (address, 80)))
            server = self.enterContext(accepted(listener))
        exchange_over(client, server, 10_000)
        return client, server

    def _fails_soon(self, connection):
        """Speaks and hears that the connection is gone."""
        def is_reset():
            try:
                connection.send(b"still there?")
                connection.recv(1)
            except ConnectionResetError:
                return True
            except BrokenPipeError:
                return True
            except TimeoutError:
                return False
            return False

        connection.settimeout(0.1)
        started = time.monotonic()
        wait_until(is_reset, "a reset", LEARNED_WITHIN_S)
        return time.monotonic() - started

    def test_client_that_speaks(self):
        for address in SERVER, SERVER6:
            client, _ = self._connection(address)
            self._restart()
            self._fails_soon(client)

    def test_server_that_speaks(self):
        for address in SERVER, SERVER6:
            _, server = self._connection(address)
            self._restart()
            self._fails_soon(server)

    def test_new_connections(self):
        self._connection(SERVER)
        self._restart()
        self._connection(SERVER)


if __name__ == "__main__":
    main()
