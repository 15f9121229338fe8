#!/usr/bin/python3
"""What nmap sees of a service, of a port beside it, and of a service whose server is not there.

A port of a service answers as a SYN proxy must, whether its server listens or not: a SYN gets a
cookie (rule 1), a stray ACK a RST (rules 7, 30), and what no client sends gets silence. A port
that is no service's is the server's own: bridged bit for bit.
"""

from wire_test import WireTest, main
from wire_lab.http import Nginx, fetch
from wire_lab.lab import SERVER, SERVER6
from wire_lab.nmap import scan

OPEN, NO_SERVICE, NO_SERVER = 80, 81, 8443
PORTS = f"{OPEN},{NO_SERVICE},{NO_SERVER}"
BOTH = (SERVER, SERVER6)
SERVICE_PORTS = 2 * len(BOTH)
# nmap tries twice what nobody answers.
TRIES = 2

SYN_ACK, RESET, SILENCE = "syn-ack", "reset", "no-response"


class Scanned(WireTest):
    services = [{"name": "web", "listen": [f"{SERVER}:{OPEN}", f"[{SERVER6}]:{OPEN}"]},
                {"name": "gone", "listen": [f"{SERVER}:{NO_SERVER}", f"[{SERVER6}]:{NO_SERVER}"]}]

    def prepare(self):
        Nginx(self.lab, self.server)

    def _scan(self, *options, addresses=BOTH):
        """Scans, then visits the service as a client does. Returns one Scan per address."""
        scans = [scan(self.client, address, "-p", PORTS, *options) for address in addresses]
        for host in (SERVER, f"[{SERVER6}]"):
            self.assertEqual(fetch(self.client, f"http://{host}/"), "synsplice\n")
        return scans

    def _assert_ports(self, scans, service, beside):
        for seen in scans:
            self.assertEqual(seen.ports, {OPEN: service, NO_SERVICE: beside, NO_SERVER: service})

    def _assert_dropped(self, **least):
        """Exactly these reasons, so often at least; nothing was opened but the visits."""
        report = self.appliance.stop()
        self.assertEqual(report["events"]["backend_syns"], len(BOTH))
        for gauge, value in {"flows": len(BOTH), "handshakes": 0, "connlimit_places": 0}.items():
            self.assertEqual(report["gauges"][gauge], value, gauge)
        drops = {reason: count for reason, count in report["drops"].items() if count}
        self.assertEqual(set(drops), set(least))
        for reason, count in least.items():
            self.assertGreaterEqual(drops[reason], count, reason)

    def test_syn(self):
        self._assert_ports(self._scan("-sS"), ("open", SYN_ACK), ("closed", RESET))
        # The scanner's kernel resets a connection that it does not know (rule 6: no answer).
        self._assert_dropped(rst_without_flow=SERVICE_PORTS)

    def test_connect(self):
        # The client proves itself before its server is asked: connect() succeeds at both.
        self._assert_ports(self._scan("-sT"), ("open", SYN_ACK), ("closed", "conn-refused"))
        events = (report := self.appliance.stop())["events"]
        self.assertEqual(events["cookies_valid"], 3 * len(BOTH))
        # The scanner resets at once, at times before the server has answered (rule 15): only the
        # visits are spliced for certain, and a closed port need not be heard of.
        self.assertGreaterEqual(events["flows_spliced"], len(BOTH))
        # What was reset is kept for a cookie life (rule 21), but waits for nobody.
        self.assertEqual(report["gauges"]["handshakes"], 0)

    def test_ack(self):
        scans = self._scan("-sA")
        self._assert_ports(scans, ("unfiltered", RESET), ("unfiltered", RESET))
        self._assert_dropped(cookie_wrong=SERVICE_PORTS)

    def test_fin_with_ack(self):
        self._assert_ports(self._scan("-sM"), ("closed", RESET), ("closed", RESET))
        self._assert_dropped(cookie_wrong=SERVICE_PORTS)

    def _assert_silent(self, option, reason):
        """Rule 1; a closed port of the server itself resets (RFC 9293 3.10.7.1)."""
        self._assert_ports(self._scan(option), ("open|filtered", SILENCE), ("closed", RESET))
        self._assert_dropped(**{reason: SERVICE_PORTS * TRIES})

    def test_no_flags(self):
        self._assert_silent("-sN", "null_flags")

    def test_fin_alone(self):
        self._assert_silent("-sF", "no_ack")

    def test_xmas(self):
        self._assert_silent("-sX", "xmas")

    def test_wrong_checksum(self):
        # An answer would betray a box that reads no checksums in front of the server.
        self._assert_ports(self._scan("-sS", "--badsum"),
                           ("filtered", SILENCE), ("filtered", SILENCE))
        self._assert_dropped(bad_tcp_checksum=SERVICE_PORTS * TRIES)

    def test_syn_in_fragments(self):
        # Rule 24. What splits the TCP header is dropped for the whole address: the port beside the
        # service hears no such SYN either. IPv4 only: nmap.
        scans = self._scan("-sS", "-f", addresses=[SERVER])
        self._assert_ports(scans, ("filtered", SILENCE), ("filtered", SILENCE))
        # A SYN is three fragments of 8 bytes or more: the first one tells a port, the second one
        # stands in the header.
        self._assert_dropped(tiny_fragment=3 * TRIES, fragment_without_first=2 * TRIES)

    def test_fingerprint(self):
        scans = self._scan("-O", "--max-os-tries", "1")
        self._assert_ports(scans, ("open", SYN_ACK), ("closed", RESET))
        seen = scans[0].fingerprint
        # The cookie's SYN-ACK offers the promise of what was asked, and four segments (rule 9).
        offers = seen["OPS"].split("%")
        self.assertEqual(offers[0], "O1=M5B4ST11NW7")
        self.assertEqual(offers[5], "O6=M5B4ST11", "no scale was asked")
        self.assertEqual(set(value[3:] for value in seen["WIN"].split("%")), {f"{4 * 1460:X}"})
        # T2 has no flags, T3 SYN with FIN: silence. T4 is a stray ACK: RST, seq = its ack.
        self.assertEqual((seen["T2"], seen["T3"]), ("R=N", "R=N"))
        self.assertEqual(seen["T4"], "R=Y%DF=Y%T=40%W=0%S=A%A=Z%F=R%O=%RD=0%Q=")
        # T5 to T7 are the server's own port: a RST from behind the appliance.
        self.assertIn("F=AR", seen["T5"])
        self.assertGreater(scans[0].sequence_index, 200, "guessable cookies")
        self._assert_dropped(rst_without_flow=1, cookie_wrong=1, null_flags=1, syn_fin=1)


if __name__ == "__main__":
    main()
