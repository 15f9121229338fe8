#!/usr/bin/python3
"""Every capture of ../shared/pcaps through replay and explain: real and hostile TCP.

The services are the capture's own: every endpoint that a SYN goes to, else the one with most
traffic. Each capture arrives once outside and once inside. Skipped when the folder is missing.
"""

import collections
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True
from capture_file import (ACK, FIN, READABLE, RST, SYN, has_extension_header,  # noqa: E402
                          ip_addresses, read_output, read_pcap, read_tcp, with_ethernet, write_pcap)

ROOT = Path(__file__).resolve().parents[2]
CAPTURES = Path(os.environ.get("CAPTURES", ROOT.parent / "shared" / "pcaps"))
PROGRAM = os.environ.get("SYNSPLICECTL", str(ROOT / "build/src/synsplicectl"))
SKIPPED = 77  # ctest's SKIP_RETURN_CODE

ARRIVED = re.compile(r"^ *\d+ +\d+\.\d{6} (outside|inside|held) ")
VERDICT = re.compile(r"^ {8}(forward|bounce|hold|consumed|drop)\b")
MADE = re.compile(r"^(?: *\d+\.\d{6} timer   | {8})sent to (outside|inside): ")
PROTOCOLS = ("eth", "vlan", "ieee8021ad", "arp", "ip", "ipv6", "ipv6.hopopts", "ipv6.dstopts",
             "ipv6.routing", "ipv6.fraghdr", "tcp", "icmp", "icmpv6")
DAMAGED = " || ".join([f"{protocol}.checksum.status == Bad" for protocol in
                       ("ip", "tcp", "icmp", "icmpv6")] + ["_ws.malformed"])


@dataclass
class Run:
    """One capture on one side: what went in, what came out and what was said about it."""
    name: str
    services: set
    frames: list
    status: int = 0
    complaint: str = ""
    text: str = ""
    objects: list = field(default_factory=list)
    outputs: list = field(default_factory=list)
    repeats: bool = True
    cooked: bool = False


def can_serve(endpoint):
    address, port = endpoint
    return port != 0 and not (address.is_multicast or address.is_unspecified or
                              address.is_loopback or str(address) == "255.255.255.255")


def services_of(frames):
    segments = list(filter(None, map(read_tcp, frames)))
    asked = {segment.destination for segment in segments
             if segment.flags & (SYN | ACK | RST | FIN) == SYN}
    if not asked:
        traffic = collections.Counter(segment.destination for segment in segments)
        asked = {endpoint for endpoint, _ in traffic.most_common(1)}
    return set(filter(can_serve, asked))


def text_of(endpoint):
    address, port = endpoint
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def policy_of(services):
    text = "flow_table: {entries: 1024}\nconnlimit_table: {entries: 1024}\n"
    if services:
        listen = ", ".join(f'"{text_of(endpoint)}"' for endpoint in sorted(services, key=str))
        text += f"services:\n  - name: captured\n    listen: [{listen}]\n"
    return text


def play(capture, side):
    """Runs explain and replay twice."""
    link_type, frames = read_pcap(capture)
    frames = [with_ethernet(link_type, frame) for frame in frames] if link_type in READABLE else []
    run = Run(f"{capture.name} {side}", services_of(frames), frames)
    run.cooked = link_type != 1
    with tempfile.TemporaryDirectory() as folder:
        policy, out = Path(folder, "policy.yaml"), Path(folder, "out.pcapng")
        policy.write_text(policy_of(run.services), encoding="ascii")
        arguments = ["--config", str(policy), f"--{side}", str(capture)]

        def call(command, *more):
            return subprocess.run([PROGRAM, command, *arguments, *more], capture_output=True,
                                  text=True, check=False)
        explained = [call("explain") for _ in range(2)]
        replayed = []
        for _ in range(2):
            out.unlink(missing_ok=True)
            replayed.append((call("replay", "--out", str(out)).returncode,
                             out.read_bytes() if out.exists() else b""))
        run.objects = list(map(json.loads, call("explain", "--json").stdout.splitlines()))
        run.status, run.text = explained[0].returncode, explained[0].stdout
        run.complaint = explained[0].stderr
        run.repeats = (explained[0].stdout == explained[1].stdout and replayed[0] == replayed[1]
                       and replayed[0][0] == run.status)
        if replayed[0][1]:
            run.outputs = [frame for _, frame in read_output(out)]
    return run


def is_service(run, frame):
    """Whether the frame may be ours: TCP of a service, or anything else of its address."""
    segment = read_tcp(frame)
    if segment and frame[12:14] in (b"\x08\x00", b"\x86\xdd"):
        return segment.source in run.services or segment.destination in run.services
    addresses = {address for address, _ in run.services}
    return bool(addresses.intersection(ip_addresses(frame))) or frame[12:14] == b"\x08\x06"


def journeys(run):
    """(input or None, verdict, output or None) in the order of explain's lines."""
    inputs, outputs = iter(run.frames), iter(run.outputs)
    side = ""
    for line in run.text.split("\n"):
        if arrived := ARRIVED.match(line):
            side = arrived[1]
        elif verdict := VERDICT.match(line):
            frame = None if side == "held" else next(inputs)
            leaves = verdict[1] in ("forward", "bounce")
            yield frame, verdict[1], next(outputs) if leaves else None
        elif MADE.match(line):
            yield None, "made", next(outputs)


def same(run, frame, output):
    """Raw IP has no MAC addresses to compare."""
    skipped = 12 if run.cooked else 0
    return frame[skipped:] == output[skipped:]


def damaged(frames):
    """Indices of the frames that tshark finds a wrong checksum or malformed header in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "frames.pcap")
        write_pcap(path, frames)
        command = ["tshark", "-n", "-r", str(path), "--disable-protocol", "ALL"]
        for protocol in PROTOCOLS:
            command += ["--enable-protocol", protocol]
        for layer in ("ip", "tcp"):
            command += ["-o", f"{layer}.check_checksum:TRUE"]
        command += ["-Y", DAMAGED, "-T", "fields", "-e", "frame.number"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"tshark: {result.stderr}")
    return [int(number) - 1 for number in result.stdout.split()]


class Captures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        captures = sorted(CAPTURES.glob("*.pcap"))
        with ThreadPoolExecutor(2) as pool:
            cls.runs = list(pool.map(lambda pair: play(*pair), (
                (capture, side) for capture in captures for side in ("outside", "inside"))))
        cls.refused = [run for run in cls.runs if not run.frames and run.status != 0]
        cls.played = [run for run in cls.runs if run not in cls.refused]

    def test_nothing_crashes_and_everything_repeats(self):
        for run in self.runs:
            with self.subTest(capture=run.name):
                self.assertTrue(run.repeats)
                self.assertIn(run.status, (0, 1))

    def test_other_link_types_are_refused_in_one_sentence(self):
        for run in self.refused:
            with self.subTest(capture=run.name):
                self.assertRegex(run.complaint,
                                 r"^synsplicectl: [^\n]*link type '[^\n]*' is not Ethernet, raw "
                                 r"IP, BSD loopback or Linux cooked\n$")

    def test_a_capture_that_ends_early_says_so(self):
        for run in [run for run in self.played if run.status != 0]:
            with self.subTest(capture=run.name):
                self.assertRegex(run.complaint, r"^synsplicectl: cannot read the capture [^\n]*\n$")

    def test_lines_fit_and_objects_say_the_same(self):
        for run in self.played:
            with self.subTest(capture=run.name):
                self.assertLessEqual(max(map(len, run.text.split("\n"))), 100)
                arrived = [told for told in run.objects
                           if told["type"] == "frame" and not told["held"]]
                self.assertEqual([told["number"] for told in arrived],
                                 list(range(1, len(run.frames) + 1)))
                frames = sum(sum(told["frames"].values()) for told in run.objects
                             if told["type"] == "connection")
                self.assertLessEqual(frames, len(arrived))

    def test_every_frame_has_a_verdict(self):
        for run in self.played:
            with self.subTest(capture=run.name):
                arrived = [line for line in map(ARRIVED.match, run.text.split("\n"))
                           if line and line[1] != "held"]
                self.assertEqual(len(arrived), len(run.frames))
                self.assertEqual(sum(output is not None for _, _, output in journeys(run)),
                                 len(run.outputs))

    def test_what_is_no_services_is_bridged_bit_for_bit(self):
        for run in self.played:
            with self.subTest(capture=run.name):
                for frame, verdict, output in journeys(run):
                    if frame is not None and not is_service(run, frame):
                        self.assertEqual(verdict, "forward")
                        self.assertTrue(same(run, frame, output), frame.hex())

    def test_what_we_made_or_rewrote_is_sound(self):
        pairs = [(run.name, frame, output) for run in self.played
                 for frame, _, output in journeys(run)
                 if output is not None and not (frame and same(run, frame, output))]
        self.assertGreater(len(pairs), 100)
        bad = [pairs[i] for i in damaged([output for _, _, output in pairs])]
        # What arrived damaged goes on damaged.
        arrived_good = [pair for pair in bad if not (pair[1] and damaged([pair[1]]))]
        self.assertEqual([(name, output.hex()) for name, _, output in arrived_good], [])

    def test_only_clean_syns_get_a_syn_ack(self):
        answers = 0
        for run in self.played:
            with self.subTest(capture=run.name):
                for frame, verdict, output in journeys(run):
                    answer = read_tcp(output) if verdict == "bounce" else None
                    if not answer or answer.flags & (SYN | ACK) != SYN | ACK:
                        continue
                    asked = read_tcp(frame)
                    if not asked:
                        self.assertTrue(has_extension_header(frame), frame.hex())
                    else:
                        self.assertTrue(asked.clean, frame.hex())
                        self.assertEqual(asked.flags & (SYN | ACK | RST | FIN), SYN, frame.hex())
                    answers += 1
        self.assertGreater(answers, 100)

    def test_syns_alone_leave_no_flow(self):
        alone = [run for run in self.played if run.name.endswith(" outside") and run.frames and
                 all(segment and segment.flags & (SYN | ACK) == SYN
                     for segment in map(read_tcp, run.frames))]
        self.assertGreater(len(alone), 0)
        for run in alone:
            with self.subTest(capture=run.name):
                self.assertIn("\nflows 0, waiting 0\n", "\n" + run.text)


if __name__ == "__main__":
    if not list(CAPTURES.glob("*.pcap")):
        print(f"skipped: no captures in {CAPTURES}")
        sys.exit(SKIPPED)
    unittest.main()
