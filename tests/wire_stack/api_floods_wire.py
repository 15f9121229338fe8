#!/usr/bin/python3
"""The API during floods: it tells of them, and who asks for too much costs no packets."""

import contextlib
import json
import re
import socket
import threading
import time

from wire_test import main
from api_wire import NOTICED_S, SNAPSHOT_S, ApiTest, PortTest
from wire_lab.appliance import ROOT
from wire_lab.connections import one_after_another
from wire_lab.flood import Flood, SteadyFlood
from wire_lab.http import fetch
from wire_lab.lab import SERVER
from wire_lab.process import wait_until


class Floods(ApiTest):
    def test_top_shows_rates(self):
        with SteadyFlood(self.lab, "syn-flood-v4", seconds=6, rate=10_000):
            time.sleep(2 * SNAPSHOT_S)
            lines = self._ctl("top", "-n", "3").splitlines()
        rates = [int(re.search(r"SYN/s (\d+)", line)[1]) for line in lines]
        self.assertEqual((len(rates), rates[0]), (3, 0))
        self.assertGreater(rates[2], 5_000)

    def test_who_sends_the_most_syns(self):
        few = {f"198.19.0.{number}" for number in range(1, 5)}
        with Flood(self.lab, "syn-flood-v4", seconds=20, rate=10_000, generators=20), \
                Flood(self.lab, "few-sources", seconds=20, rate=4_000, generators=20):
            wait_until(lambda: {source["source"] for source in self._show("sources")} == few,
                       "those that come again and again", 2 * NOTICED_S)
        source = self._show("sources")[0]
        self.assertEqual(source["service"], "web")
        self.assertLessEqual(2 * source["error"], source["syns"])
        self.assertEqual(len(json.loads(self._ctl("show", "sources", "-o", "json",
                                                  "--limit", "2"))), 2)

    def test_a_worker_is_busy_while_it_is_flooded(self):
        idle = self._show("workers")[0]["busy"]
        with SteadyFlood(self.lab, "syn-flood-v4", seconds=10, rate=100_000):
            wait_until(lambda: self._show("workers")[0]["busy"] > 0.02 + idle, "busy", NOTICED_S)
        self.assertLessEqual(self._show("workers")[0]["busy"], 1)

    def _ask_until(self, stop):
        while not stop.is_set():
            self._get("/metrics")

    def test_a_flood_of_questions_during_a_syn_flood(self):
        """Idle ones, half ones and busy ones: every connection of a client succeeds."""
        stop = threading.Event()
        with contextlib.ExitStack() as stack:
            for number in range(300):
                idle = stack.enter_context(socket.socket(socket.AF_UNIX))
                idle.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    idle.connect(self.socket)
                    idle.send(b"GET /metr" if number % 2 else b"")
            asking = threading.Thread(target=self._ask_until, args=(stop,))
            asking.start()
            stack.callback(asking.join)
            stack.callback(stop.set)
            with SteadyFlood(self.lab, "syn-flood-v4", seconds=15, rate=50_000):
                connections = one_after_another(self.client, (SERVER, 80), 100, 10, timeout_s=3)
        self.assertEqual((connections.attempts, connections.success), (100, 1.0))
        wait_until(lambda: self._get("/healthz")[0] == 200, "answers again", 15)


class Dashboard(PortTest):
    def _panels_without_data(self, queries):
        return [query for query in queries
                if not self._query(query.replace("$__rate_interval", "10s"))]

    def test_every_panel_of_the_dashboard_has_data_during_a_flood(self):
        dashboard = json.loads((ROOT / "conf/grafana/synsplice.json").read_text(encoding="utf-8"))
        queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
        self._start_prometheus()
        with Flood(self.lab, "syn-flood-v4", seconds=20, rate=10_000), \
                Flood(self.lab, "ack-flood", seconds=20, rate=1_000):
            deadline = time.monotonic() + 15
            while self._panels_without_data(queries) and time.monotonic() < deadline:
                fetch(self.client, f"http://{SERVER}/")
            self.assertEqual(self._panels_without_data(queries), [])


if __name__ == "__main__":
    main()
