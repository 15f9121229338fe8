#!/usr/bin/python3
"""Full-size frames: 1500 over AF_XDP, 9000 over AF_PACKET (AF_XDP refuses it)."""

from wire_test import TRANSPARENT, WireTest, main
from wire_lab.appliance import AF_PACKET_JUMBO, JUMBO_MBUF
from wire_lab.capture import Capture
from wire_lab.http import Nginx, download, fetch
from wire_lab.lab import SERVER, SERVER6

IP_AND_ICMP, IP6_AND_ICMP = 28, 48
ETHERNET = 14


class FullSize(WireTest):
    def prepare(self):
        self.nginx = Nginx(self.lab, self.server, payload_bytes=20_000_000)

    def _check(self, mtu, longest_frame):
        for address, headers in ((SERVER, IP_AND_ICMP), (SERVER6, IP6_AND_ICMP)):
            self.client.run("ping", "-c", "1", "-W", "1", "-M", "do", "-s", str(mtu - headers),
                            address)
        for host in (SERVER, f"[{SERVER6}]"):
            # From the second connection on it is known that the server has timestamps (rule 10).
            fetch(self.client, f"http://{host}/")
            with Capture(self.lab, self.client, "eth0") as capture:
                digest, _ = download(self.client, f"http://{host}/payload", self.lab.directory, 10)
            self.assertEqual(digest, self.nginx.payload_sha256)
            lengths = [int(line.split("length ")[1].split(":")[0]) for line in capture.lines()]
            self.assertGreaterEqual(max(lengths), longest_frame, host)

    def test_1500_over_af_xdp(self):
        self._check(1500, longest_frame=1500 + ETHERNET)


class Jumbo(FullSize):
    lab_options = {"mtu": 9000}
    services = [{**TRANSPARENT[0], "promise": {"mss": 8960, "mss_v6": 8940}}]
    sections = {"devices": AF_PACKET_JUMBO, "ports": {"mtu": 9000},
                "memory": {"mbufs": 8192, "mbuf_data_room": JUMBO_MBUF}}

    test_1500_over_af_xdp = None

    def test_9000_over_af_packet(self):
        # The cookie keeps the MSS in steps.
        self._check(9000, longest_frame=8900)


if __name__ == "__main__":
    main()
