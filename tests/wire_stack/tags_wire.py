#!/usr/bin/python3
"""VLAN and QinQ: the tags must be seen by the appliance, or nothing was tested. And tags of VID 0,
of which a Linux host peels any number."""

import socket

from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Dot1AD, Dot1Q, Ether

from wire_test import TRANSPARENT, WireTest, main
from wire_lab.capture import Capture
from wire_lab.dialogue import connect, exchange
from wire_lab.http import Nginx, download
from wire_lab.lab import SERVER, SERVER6
from wire_lab.tags import HOST_MTU, LAB_MTU, give_priority, tag_host

VIRTUAL, VIRTUAL6 = "198.18.0.100", "2001:db8::100"
NAT = [{"name": "nat", "listen": [f"{VIRTUAL}:80", f"[{VIRTUAL6}]:80"],
        "backends": [f"{SERVER}:8080", f"[{SERVER6}]:8080"]}]
UNGUARDED = 81  # a port of the server that is no service
PLAIN = [{"name": "plain", "listen": [f"{SERVER}:7", f"[{SERVER6}]:7"]}]


class Tagged(WireTest):
    lab_options = {"mtu": LAB_MTU}
    services = TRANSPARENT + NAT + PLAIN
    sections = {"ports": {"mtu": HOST_MTU}}

    def prepare(self):
        self.nginx = Nginx(self.lab, self.server, ports=(80, 8080, UNGUARDED))

    def _download(self):
        for host in (SERVER, f"[{SERVER6}]", VIRTUAL, f"[{VIRTUAL6}]"):
            digest, _ = download(self.client, f"http://{host}/payload", self.lab.directory, 5)
            self.assertEqual(digest, self.nginx.payload_sha256, host)

    def _transfer(self, *tags):
        for host in (self.client, self.server):
            tag_host(self.lab, host, *tags)
        with Capture(self.lab, self.lab.outside, "to-box") as capture:
            self._download()
            for address in (SERVER, SERVER6):
                exchange(self.client, self.server, (address, 7), 1 << 20)
        return capture

    def _assert_service_frames_tagged(self, capture, text):
        frames = [line for line in capture.lines() if "Flags [" in line]
        self.assertGreater(len(frames), 1000)
        self.assertEqual([line for line in frames if text not in line], [])

    def test_vlan(self):
        capture = self._transfer(5)
        self._assert_service_frames_tagged(capture, "ethertype 802.1Q (0x8100)")
        events = self.events()
        self.assertGreater(events["tagged"], 1000)
        self.assertEqual(events["double_tagged"], 0)
        self.assertEqual(events["flows_spliced"], 6)

    def test_qinq(self):
        capture = self._transfer(5, 7)
        self._assert_service_frames_tagged(capture, "ethertype 802.1Q-QinQ (0x88a8)")
        events = self.events()
        self.assertGreater(events["double_tagged"], 1000)
        self.assertEqual(events["flows_spliced"], 6)

    def test_priority_tags(self):
        """The client gives priorities and the servers don't: both are in no VLAN."""
        give_priority(self.lab, self.client)
        with Capture(self.lab, self.lab.outside, "to-box") as capture:
            self._download()
        tagged = [line for line in capture.lines() if "vlan 0, p 3" in line and "Flags [S]" in line]
        self.assertEqual(len(tagged), 4)
        events = self.events()
        self.assertGreater(events["double_tagged"], 100)
        self.assertEqual(events["flows_spliced"], 4)

    def _half_open(self):
        sockets = self.server.run("ss", "-Htn", "state", "syn-recv").stdout.splitlines()
        return [line.split()[2] for line in sockets]

    def _send(self, tags, port):
        """A SYN in the name of a host that is not there; its checksums are right."""
        syn = Ether(src=self.lab.attacker.mac(), dst=self.server.mac())
        for tag in tags:
            syn /= tag
        syn /= IP(src="198.19.0.1", dst=SERVER) / TCP(sport=1000 + len(tags), dport=port, flags="S")
        raw = self.lab.attacker.socket(socket.AF_PACKET, socket.SOCK_RAW)
        with raw:
            raw.bind(("eth0", 0))
            raw.send(bytes(syn))

    def test_spoofed_syns_behind_priority_tags(self):
        """Those to a port that is no service show that the server would take them all."""
        mixed = [Dot1AD(vlan=0), Dot1Q(vlan=0), Dot1AD(vlan=0), Dot1AD(vlan=0), Dot1Q(vlan=0)]
        few, many = [Dot1Q(vlan=0)] * 3, [Dot1Q(vlan=0)] * 9
        for tags in few, mixed, many:
            self._send(tags, 80)
            self._send(tags, UNGUARDED)
        connect(self.client, (SERVER, 80)).close()
        self.assertEqual(self._half_open(), [f"{SERVER}:{UNGUARDED}"] * 3)
        counters = self.appliance.stop()
        self.assertEqual(counters["events"]["cookies_sent"], 3)
        self.assertEqual(counters["drops"]["too_many_tags"], 1)


if __name__ == "__main__":
    main()
