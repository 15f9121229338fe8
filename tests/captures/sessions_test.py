#!/usr/bin/python3
"""Every recorded connection of ../shared/pcaps with a whole handshake opens with --session.

The exceptions are named with what stands in their way. Skipped when the folder is missing.
"""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
from capture_file import ACK, READABLE, RST, SYN, read_pcap, read_tcp, with_ethernet  # noqa: E402
from captures_test import CAPTURES, PROGRAM, SKIPPED, policy_of, services_of  # noqa: E402

# Of these one connection does not open, for what the capture itself holds.
EXCEPTIONS = {
    "suricata-bug-3844-input.pcap": "to a group MAC",
    "suricata-bug-6244-tcp-rst-with-data-tcp-rst-with-data.pcap": "to a group MAC",
    "suricata-eve-overlap-payload-04-partial-overlap-tcp-overlap2.pcap": "to a group MAC",
    "suricata-bug-4376-syn_retransmit_with_ts.pcap": "each direction in a VLAN of its own",
    "suricata-bug-7657-01-input.pcap": "Fast Open",
    "suricata-security-4710-02-input.pcap": "of a loopback address",
    "suricata-tcp-session-stream-out-of-window-input.pcap": "its first segment is far ahead",
    "suricata-tcp-split-handshake-01-4whs-split-handshake-4whs.pcap": "SYN-ACK of the client",
    "zeek-fin_retransmission.pcap": "a FIN before the SYN-ACK",
}


def numbers(frame):
    """Sequence and acknowledgement number of a segment that read_tcp could read."""
    ip = frame[frame.index(b"\x08\x00" if frame[12:14] != b"\x86\xdd" else b"\x86\xdd", 12) + 2:]
    tcp = ip[40:] if ip[0] >> 4 == 6 else ip[(ip[0] & 15) * 4:]
    return int.from_bytes(tcp[4:8], "big"), int.from_bytes(tcp[8:12], "big")


def whole_handshakes(frames):
    """How many SYNs were answered and acknowledged, in this order."""
    asked, answered, whole = {}, {}, set()
    for frame in frames:
        segment = read_tcp(frame)
        if not segment:
            continue
        seq, ack = numbers(frame)
        vlan = frame[14:16] if frame[12:14] == b"\x81\x00" else b""
        there = (segment.source, segment.destination, vlan)
        back = (segment.destination, segment.source, vlan)
        flags = segment.flags & (SYN | ACK | RST)
        if flags == SYN:
            asked[there] = seq
        elif flags == SYN | ACK and asked.get(back) == (ack - 1) % 2**32:
            answered[back] = seq
        elif flags == ACK and answered.get(there) == (ack - 1) % 2**32:
            whole.add((there, asked[there]))
    return len(whole)


def opened(capture, services):
    with tempfile.TemporaryDirectory() as folder:
        policy = Path(folder, "policy.yaml")
        policy.write_text(policy_of(services), encoding="ascii")
        result = subprocess.run([PROGRAM, "explain", "--session", "--fix-checksums", "--config",
                                 str(policy), "--outside", str(capture)], capture_output=True,
                                text=True, check=False)
    return int(re.search(r"^sessions \d+, opened (\d+), ", result.stdout, re.MULTILINE)[1])


class Sessions(unittest.TestCase):
    def test_whole_handshakes_open(self):
        total = 0
        for capture in sorted(CAPTURES.glob("*.pcap")):
            link_type, frames = read_pcap(capture)
            if link_type not in READABLE:
                continue
            frames = [with_ethernet(link_type, frame) for frame in frames]
            expected = whole_handshakes(frames)
            if expected == 0:
                continue
            with self.subTest(capture=capture.name):
                count = opened(capture, services_of(frames))
                self.assertEqual(count, expected - (capture.name in EXCEPTIONS))
                total += count
        self.assertGreater(total, 25)


if __name__ == "__main__":
    if not list(CAPTURES.glob("*.pcap")):
        print(f"skipped: no captures in {CAPTURES}")
        sys.exit(SKIPPED)
    unittest.main()
