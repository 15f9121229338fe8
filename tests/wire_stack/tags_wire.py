#!/usr/bin/python3
"""VLAN and QinQ: the tags must be seen by the appliance, or nothing was tested."""

from wire_test import TRANSPARENT, WireTest, main
from wire_lab.capture import Capture
from wire_lab.dialogue import exchange
from wire_lab.http import Nginx, download
from wire_lab.lab import SERVER, SERVER6
from wire_lab.tags import HOST_MTU, LAB_MTU, tag_host

VIRTUAL, VIRTUAL6 = "198.18.0.100", "2001:db8::100"
NAT = [{"name": "nat", "listen": [f"{VIRTUAL}:80", f"[{VIRTUAL6}]:80"],
        "backends": [f"{SERVER}:8080", f"[{SERVER6}]:8080"]}]
PLAIN = [{"name": "plain", "listen": [f"{SERVER}:7", f"[{SERVER6}]:7"]}]


class Tagged(WireTest):
    lab_options = {"mtu": LAB_MTU}
    services = TRANSPARENT + NAT + PLAIN
    sections = {"ports": {"mtu": HOST_MTU}}

    def prepare(self):
        self.nginx = Nginx(self.lab, self.server, ports=(80, 8080))

    def _transfer(self, *tags):
        for host in (self.client, self.server):
            tag_host(self.lab, host, *tags)
        with Capture(self.lab, self.lab.outside, "to-box") as capture:
            for host in (SERVER, f"[{SERVER6}]", VIRTUAL, f"[{VIRTUAL6}]"):
                digest, _ = download(self.client, f"http://{host}/payload", self.lab.directory, 5)
                self.assertEqual(digest, self.nginx.payload_sha256, host)
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


if __name__ == "__main__":
    main()
