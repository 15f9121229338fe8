#!/usr/bin/python3
"""Ports that are no veth pair, and memory in huge pages."""

import pathlib
import unittest

from wire_test import TRANSPARENT, main
from wire_lab.appliance import AF_XDP, Synsplice, Wire, write_configuration
from wire_lab.http import Nginx, fetch
from wire_lab.huge_pages import HugePages
from wire_lab.lab import SERVER, Lab
from wire_lab.process import run, wait_until

IN_THE_BOX = "198.18.0.11"
FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "pcap-fixtures"
MEMIF = "socket=/run/memif.sock"
# 2 MB each: the packet buffers of the default configuration, twice.
PAGES = 128


class Devices(unittest.TestCase):
    def setUp(self):
        self.lab = self.enterContext(Lab())

    def _appliance(self, *devices, services=TRANSPARENT, options=(), **sections):
        config_file = write_configuration(self.lab, services, devices=devices, **sections)
        return Synsplice(self.lab, config_file, options)

    def _second_of(self, *devices):
        """Starts, runs for a second and ends. Returns the event counters."""
        with self._appliance(*devices, options=("--duration", "1")) as appliance:
            self.assertEqual(appliance.process.wait(10), 0, appliance.process.output())
        return appliance.stop()["events"]

    def _answer(self, address):
        try:
            return fetch(self.lab.client, f"http://{address}/", timeout_s=2)
        except RuntimeError:
            return None

    def test_null(self):
        # Full of empty frames, whose ethertype is 0.
        events = self._second_of("net_null0", "net_null1")
        self.assertGreater(events["bridged"], 1000)
        self.assertEqual(events["dropped"], 0)

    def test_ring(self):
        self.assertEqual(self._second_of("net_ring0", "net_ring1")["dropped"], 0)

    def test_pcap(self):
        """A capture comes in outside; what is sent there goes into another one."""
        capture = FIXTURES / "rule01-syn-gets-cookie" / "outside.pcap"
        sent = f"{self.lab.directory}/sent.pcap"
        events = self._second_of(f"net_pcap0,rx_pcap={capture},tx_pcap={sent}", "net_ring0")
        self.assertGreater(events["cookies_sent"], 0)
        answers = run(["tcpdump", "-nnr", sent, "tcp"]).stdout
        self.assertEqual(len(answers.splitlines()), events["cookies_sent"])

    def test_tap(self):
        """The server is the box itself, behind the interface that the driver makes."""
        services = [{"name": "web", "listen": [f"{IN_THE_BOX}:80"]}]
        box = self.lab.box
        with self._appliance(AF_XDP[0], "net_tap0,iface=tap0", services=services) as appliance:
            box.run("ip", "address", "add", f"{IN_THE_BOX}/16", "dev", "tap0")
            Nginx(self.lab, box)
            self.assertEqual(self._answer(IN_THE_BOX), "synsplice\n")
        self.assertEqual(appliance.stop()["events"]["flows_spliced"], 1)

    def test_memif(self):
        """The other end of the memory interface forwards to the server."""
        Nginx(self.lab, self.lab.server)
        with self._appliance(AF_XDP[0], f"net_memif0,role=server,{MEMIF}") as appliance, \
                Wire(self.lab, (f"net_memif0,role=client,{MEMIF}", AF_XDP[1])):
            wait_until(lambda: self._answer(SERVER) == "synsplice\n", "memif is connected", 10)
        self.assertGreaterEqual(appliance.stop()["events"]["flows_spliced"], 1)

    def test_huge_pages(self):
        Nginx(self.lab, self.lab.server)
        with HugePages(PAGES) as pages:
            if not pages.enough:
                self.skipTest(f"this machine cannot reserve {PAGES} huge pages")
            before = pages.free()
            with self._appliance(*AF_XDP, memory={"huge_pages": True}) as appliance:
                self.assertLess(pages.free(), before, "no huge page is in use")
                self.assertEqual(self._answer(SERVER), "synsplice\n")
            # The kernel lets go of an AF_XDP socket's memory some time after its end.
            wait_until(lambda: pages.free() == before, "all huge pages are free", 5)
        self.assertEqual(appliance.stop()["events"]["flows_spliced"], 1)

    def test_huge_pages_that_are_not_there(self):
        with HugePages(0) as pages:
            if pages.free():
                self.skipTest("this machine has huge pages reserved")
            appliance = self._appliance(*AF_XDP, memory={"huge_pages": True})
            with self.assertRaises(RuntimeError), appliance:
                pass
        self.assertEqual(appliance.process.wait(5), 1)
        self.assertIn("hugepages", appliance.process.output())


if __name__ == "__main__":
    main()
