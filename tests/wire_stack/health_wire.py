#!/usr/bin/python3
"""Checks of backends: down before a client meets it, up again without one, slowly."""

import collections
import json
import os
import pathlib

from wire_test import WireTest, main
from wire_lab.dialogue import connect, listen
from wire_lab.lab import SECOND, SECOND6, SERVER, SERVER6
from wire_lab.process import run, wait_until

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
VIRTUAL, VIRTUAL6 = "198.18.0.100", "2001:db8::100"
SOURCE, SOURCE6 = "198.18.0.250", "2001:db8::250"
CLIENTS = [f"198.18.2.{last}" for last in range(1, 61)]
NOTICED_S = 15


class Health(WireTest):
    lab_options = {"second_server": True}
    services = [{"name": "web", "listen": [f"{VIRTUAL}:80", f"[{VIRTUAL6}]:80"],
                 "backends": [f"{SERVER}:80", f"{SECOND}:80", f"[{SERVER6}]:80", f"[{SECOND6}]:80"],
                 "health": {"source_v4": SOURCE, "source_v6": SOURCE6, "interval": "200ms",
                            "timeout": "200ms", "rise": 2, "fall": 3},
                 "slow_start": "1h", "when_down": "reset"}]

    def prepare(self):
        self.socket = f"{self.lab.directory}/api.sock"
        self.file = pathlib.Path(self.lab.directory) / "events.json"
        self.sections = {"admin": {"socket": self.socket}, "events": {"file": str(self.file)},
                         "workers": 2}
        self.listeners = {}
        for server, addresses in ((self.server, (SERVER, SERVER6)),
                                  (self.lab.second, (SECOND, SECOND6))):
            for address in addresses:
                self._start(server, address)
        for address in CLIENTS:
            self.client.run("ip", "address", "add", f"{address}/16", "dev", "eth0")

    def _start(self, space, address):
        self.listeners[address] = self.enterContext(listen(space, (address, 80)))

    def _stop(self, *addresses):
        for address in addresses:
            self.listeners.pop(address).close()

    def _backends(self):
        shown = run([SYNSPLICECTL, "show", "backends", "-o", "json", "--socket", self.socket])
        return {backend["backend"].rsplit(":", 1)[0].strip("[]"): backend
                for backend in json.loads(shown.stdout)}

    def _wait_until(self, state, *addresses):
        """Without a client that would ask."""
        wait_until(lambda: all(self._backends()[address]["up"] == (state == "up")
                               for address in addresses), f"{addresses} {state}", NOTICED_S)

    def _wait_for_checks(self, count):
        wait_until(lambda: all(backend["check"]["counts"]["answered"] >= count
                               for backend in self._backends().values()), "checks", NOTICED_S)

    def _accepted(self, address):
        """How many connections wait at the server."""
        count = 0
        if address not in self.listeners:
            return count
        self.listeners[address].setblocking(False)
        while True:
            try:
                self.listeners[address].accept()[0].close()
                count += 1
            except BlockingIOError:
                return count

    def _share(self, address):
        """Of the clients, which have a connection each, and all get it."""
        shares = collections.Counter()

        def all_came():
            shares.update({server: self._accepted(server) for server in (SERVER, SECOND)})
            return shares.total() >= len(CLIENTS)

        for client in CLIENTS:
            connect(self.client, (VIRTUAL, 80), source=client).close()
        wait_until(all_came, "all connections", NOTICED_S)
        self.assertEqual(shares.total(), len(CLIENTS))
        return shares[address]

    def _half_open(self):
        """What checks have left at the servers."""
        return [line for server in self.lab.servers
                for line in server.run("ss", "-Htan", "state", "connected").stdout.splitlines()
                if SOURCE in line or SOURCE6 in line]

    def test_down_and_up_without_a_client(self):
        self._wait_for_checks(3)
        even = self._share(SECOND)
        self.assertGreater(even, 10)
        self._stop(SECOND)
        self._wait_until("down", SECOND)
        backends = self._backends()
        self.assertEqual(backends[SECOND]["check"]["result"], "refused")
        self.assertTrue(backends[SERVER]["up"] and backends[SECOND6]["up"])
        self.assertEqual(backends[SECOND]["events"]["refused"], 0, "no client has met it")
        self.assertEqual(self._share(SERVER), len(CLIENTS))
        self._start(self.lab.second, SECOND)
        self._wait_until("up", SECOND)
        slow = self._share(SECOND)
        self.assertTrue(0 < slow < even / 2, f"{slow}: it starts slowly")
        wait_until(lambda: not self._half_open(), "resets at the servers", NOTICED_S)
        self._expect_all_down()
        self._expect_events()

    def _expect_all_down(self):
        self._stop(SERVER6, SECOND6)
        self._wait_until("down", SERVER6, SECOND6)
        with self.assertRaises(ConnectionRefusedError):
            connect(self.client, (VIRTUAL6, 80))
        connect(self.client, (VIRTUAL, 80)).close()

    def _expect_events(self):
        def told():
            events = [json.loads(line) for line in self.file.read_text("utf-8").splitlines()]
            return [(event["state"], event["reason"]) for event in events
                    if event["event_type"] == "backend" and SECOND in event["backend"]]

        wait_until(lambda: told() == [("down", "check_refused"), ("up", "check_answered")],
                   "events", NOTICED_S)


if __name__ == "__main__":
    main()
