#!/usr/bin/python3
"""`synsplicectl check --system`: what it finds, and that a start agrees."""

import os
import pathlib
import re
import unittest

from wire_test import TRANSPARENT, main
from wire_lab.appliance import AF_XDP, PROGRAM, ROOT, Synsplice, write_configuration
from wire_lab.lab import SERVER, Lab
from wire_lab.process import run
from wire_lab.xdp import program_id

SYNSPLICECTL = os.environ.get("SYNSPLICECTL", str(ROOT / "build" / "src" / "synsplicectl"))
# What DPDK wants of a machine with one or two cores.
EAL = ("--", "--lcores=0@0,1@0")
MOST_VETH_MTU = 3506  # with XDP
MOST_AFXDP_MTU = 3410  # with the largest data room and eight tags


class CheckSystem(unittest.TestCase):
    def setUp(self):
        self.lab = self.enterContext(Lab())

    def _ip(self, *words):
        self.lab.box.run("ip", "link", *words)

    def _set_mtu(self, mtu):
        for space, device in ((self.lab.box, "out0"), (self.lab.outside, "to-box"),
                              (self.lab.box, "in0"), (self.lab.server, "eth0")):
            space.run("ip", "link", "set", device, "mtu", str(mtu))

    def _check(self, devices=AF_XDP, before=(), **sections):
        """Status and findings."""
        config_file = write_configuration(self.lab, TRANSPARENT, devices=devices, **sections)
        result = self.lab.box.run(*before, SYNSPLICECTL, "check", "--system", config_file,
                                  check=False)
        self.assertEqual(result.stderr, "")
        told = [line for line in result.stdout.splitlines() if " mend: " not in line]
        self.assertLessEqual(max(map(len, told)), 80, result.stdout)
        # Sentences in one line each.
        return result.returncode, re.sub(r"\n {24}(?!mend: )", " ", result.stdout)

    def _start(self, before=(), **sections):
        """Of an appliance that ends by itself: status and log."""
        config_file = write_configuration(self.lab, TRANSPARENT, **sections)
        result = self.lab.box.run(*before, PROGRAM, "--config", config_file, "--duration", "1",
                                  *EAL, check=False)
        return result.returncode, result.stderr

    def _both(self, status, **how):
        """Check and start agree. Returns the findings and the log."""
        found, findings = self._check(**how)
        started, log = self._start(**how)
        self.assertEqual((found, started), (status, status), findings + log)
        return findings, log

    def test_good(self):
        secret = str(pathlib.Path(self.lab.directory) / "secret")
        findings, _ = self._both(0, cookie={"secret_file": secret})
        self.assertNotIn("WRONG", findings)
        for line in ("ok     ports.outside    out0: driver veth, XDP in the driver, 1 receive",
                     "ok     ports.inside     in0: driver veth", "ok     memory ",
                     "ok     capabilities ", "ok     secret "):
            self.assertIn(line, findings)

    def test_interface_that_is_missing(self):
        devices = (AF_XDP[0], "net_af_xdp1,iface=nosuch0")
        findings, _ = self._both(1, devices=devices)
        self.assertIn('WRONG  ports.inside     there is no network interface "nosuch0"', findings)

    def test_interface_that_is_down(self):
        self._ip("set", "in0", "down")
        findings, _ = self._both(0)
        self.assertIn("hint   ports.inside     in0 is down", findings)
        self.assertIn("mend: ip link set in0 up\n", findings)

    def test_mtu_too_large_for_xdp(self):
        self._set_mtu(MOST_VETH_MTU + 1)
        findings, _ = self._both(1)
        self.assertIn("mend: ip link set out0 mtu 1500\n", findings)

    def test_largest_mtu_for_xdp(self):
        self._set_mtu(MOST_VETH_MTU)
        self._both(0, ports={"mtu": MOST_AFXDP_MTU}, memory={"mbuf_data_room": 3840})

    def test_packets_that_afxdp_would_lose(self):
        """The kernel's headroom counts: with the room that is asked for the longest arrives."""
        self._set_mtu(2000)
        ports = {"mtu": 2000}
        started, log = self._start(ports=ports, memory={"mbuf_data_room": 2176})
        self.assertEqual(started, 1, log)
        needed = int(re.search(r"needs a data room of (\d+)", log)[1])
        self.lab.client.run("ip", "link", "set", "eth0", "mtu", "2000")
        self.lab.outside.run("ip", "link", "set", "to-client", "mtu", "2000")
        with Synsplice(self.lab, write_configuration(
                self.lab, TRANSPARENT, ports=ports, memory={"mbuf_data_room": needed})):
            self.lab.client.run("ping", "-M", "do", "-c", "1", "-W", "1", "-s", "1972", SERVER)

    def test_buffers_too_large_for_xdp(self):
        findings, _ = self._both(1, memory={"mbuf_data_room": 3904})
        self.assertIn("memory.mbuf_data_room of 3840 at most", findings)

    def test_another_synsplice(self):
        with Synsplice(self.lab, write_configuration(self.lab, TRANSPARENT)):
            status, findings = self._check()
        self.assertEqual(status, 1)
        self.assertRegex(findings, r"synsplice runs on out0 already \(process \d+\)")
        self.assertNotIn("another XDP program", findings)

    def test_foreign_xdp_program(self):
        source = pathlib.Path(self.lab.directory) / "pass.bpf.c"
        source.write_text('__attribute__((section("xdp"))) int pass(void *f) { return 2; }\n')
        program = str(source.with_suffix(".o"))
        run(["clang", "-O2", "-target", "bpf", "-c", str(source), "-o", program])
        self._ip("set", "dev", "out0", "xdp", "obj", program, "sec", "xdp")
        foreign = program_id(self.lab.box, "out0")
        findings, _ = self._both(1)
        self.assertEqual(program_id(self.lab.box, "out0"), foreign)
        self.assertRegex(findings, r"WRONG  ports.outside +another XDP program \(id \d+\) is on")
        self.assertIn("mend: ip link set dev out0 xdp off\n", findings)
        self._ip("set", "dev", "out0", "xdp", "off")
        self._both(0)

    def test_sender_that_offloads_checksums(self):
        self._ip("add", "name", "near", "type", "veth", "peer", "name", "far")
        self._ip("set", "near", "up")
        self._ip("set", "far", "up")
        devices = (AF_XDP[0], "net_af_xdp1,iface=near")
        status, findings = self._check(devices)
        self.assertEqual(status, 0, findings)
        self.assertIn("mend: ethtool -K far tx off\n", findings)
        self.lab.box.run("ethtool", "-K", "far", "tx", "off")
        self.assertNotIn("ethtool -K far", self._check(devices)[1])

    def test_capabilities_that_are_missing(self):
        names = ("net_admin", "net_raw", "bpf", "ipc_lock")
        for missing in names:
            kept = ",".join(f"+{name}" for name in names if name != missing)
            before = ("setpriv", "--inh-caps=-all", f"--bounding-set=-all,{kept}")
            with self.subTest(missing):
                remedy = f"setcap cap_{missing}+ep $(command -v synsplice)"
                findings, log = self._both(1, before=before)
                self.assertIn(f"mend: {remedy}\n", findings)
                self.assertIn(remedy, log)

    def test_huge_pages_that_are_missing(self):
        with open("/proc/sys/vm/nr_hugepages", encoding="ascii") as file:
            if file.read().strip() != "0":
                self.skipTest("this machine has huge pages")
        findings, log = self._both(1, memory={"huge_pages": True})
        for text in findings, log:
            self.assertIn("> /proc/sys/vm/nr_hugepages", text)


if __name__ == "__main__":
    main()
