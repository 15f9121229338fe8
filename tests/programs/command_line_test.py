#!/usr/bin/python3
"""Exit status and words of both programs: 0 done, 1 a run that failed, 2 a wrong command line."""

import contextlib
import json
import os
import pathlib
import pty
import re
import subprocess
import tempfile
import unittest

SYNSPLICE = os.environ["SYNSPLICE_PROGRAM"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
SYNSPLICECTL = os.environ["SYNSPLICECTL"]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


class CommandLine(unittest.TestCase):
    def expect_usage_error(self, words, program, *arguments):
        with self.subTest(arguments):
            result = run(program, *arguments)
            self.assertEqual(result.returncode, 2)
            self.assertEqual(result.stdout, "")
            name = os.path.basename(program)
            self.assertRegex(result.stderr, rf"\A{name}: [^\n]*{words}[^\n]*; see --help\n\Z")

    def test_help_and_version(self):
        for program in SYNSPLICE, SYNSPLICECTL:
            usage, version = run(program, "--help"), run(program, "--version")
            self.assertEqual((usage.returncode, usage.stderr), (0, ""))
            self.assertIn("Usage:", usage.stdout)
            self.assertEqual((version.returncode, version.stderr), (0, ""))
            self.assertRegex(version.stdout, rf"\A{os.path.basename(program)} \d+\.\d+\.\d+\n\Z")
        self.assertEqual(run(SYNSPLICECTL, "explain", "--help").returncode, 0)

    def test_synsplice(self):
        self.expect_usage_error("--config is required", SYNSPLICE)
        self.expect_usage_error("--config", SYNSPLICE, "--config")
        self.expect_usage_error("'--frobnicate' is not known", SYNSPLICE, "--frobnicate")
        self.expect_usage_error("'extra' is not known", SYNSPLICE, "--config", "x", "extra")
        for value in "0", "-1", "1.5", "soon", "1000000001":
            self.expect_usage_error(f"--duration: Value {value} not in range 1 to 1000000000",
                                    SYNSPLICE, "--config", "x", "--duration", value)

    def test_show_without_an_appliance(self):
        with tempfile.TemporaryDirectory() as folder:
            result = run(SYNSPLICECTL, "show", "status", "--socket", f"{folder}/no.sock")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertRegex(result.stderr,
                         r"\Asynsplicectl: nobody answers at [^\n]*no.sock: [^\n]+\n\Z")

    def test_synsplicectl(self):
        self.expect_usage_error("subcommand is required", SYNSPLICECTL)
        self.expect_usage_error("'chek' is not known", SYNSPLICECTL, "chek")
        self.expect_usage_error("file is required", SYNSPLICECTL, "check")
        self.expect_usage_error("'b' is not known", SYNSPLICECTL, "check", "a", "b")
        self.expect_usage_error("--system excludes --json", SYNSPLICECTL, "check", "a", "--json",
                                "--system")
        self.expect_usage_error("--require", SYNSPLICECTL, "check", "a", "--require")
        self.expect_usage_error("what is required", SYNSPLICECTL, "show")
        self.expect_usage_error("weather not in {backends,", SYNSPLICECTL, "show", "weather")
        self.expect_usage_error("yaml not in {table,json}", SYNSPLICECTL, "show", "status", "-o",
                                "yaml")
        self.expect_usage_error("--outside,--inside", SYNSPLICECTL, "explain", "--config", "x")
        self.expect_usage_error("--out is required", SYNSPLICECTL, "replay", "--config", "x",
                                "--outside", "y")
        self.expect_usage_error("--seed", SYNSPLICECTL, "explain", "--config", "x", "--outside",
                                "y", "--seed", "z")

        self.expect_usage_error("--before excludes --both", SYNSPLICECTL, "capture", "--before",
                                "--both")
        self.expect_usage_error("--count", SYNSPLICECTL, "capture", "-c", "many")

        both = ("--outside", "y", "--inside", "z", "--outside-interface", "0")
        self.expect_usage_error("goes with one capture", SYNSPLICECTL, "explain", "--config", "x",
                                *both)
        self.expect_usage_error("reads its capture twice", SYNSPLICECTL, "explain", "--config", "x",
                                "--outside", "-", "--session")
        for option, value in ("--flow", "198.18.0.1"), ("--only", "most"):
            self.expect_usage_error(option, SYNSPLICECTL, "explain", "--config", "x", "--outside",
                                    "y", option, value)
        self.expect_usage_error("--out", SYNSPLICECTL, "replay", "--config", "x", "--outside", "y",
                                "--out", "a", "b", "c")

    def test_replay_writes_nothing_where_it_reads(self):
        for out in (["y"], ["z", "y"], ["z", "z"]):
            with tempfile.TemporaryDirectory() as folder:
                pathlib.Path(folder, "y").touch()
                result = run(SYNSPLICECTL, "replay", "--config", "x", "--outside", f"{folder}/y",
                             "--out", *[f"{folder}/{name}" for name in out])
                self.assertEqual(result.returncode, 1)
                self.assertIn("--out names", result.stderr)

    def explain(self, *more):
        case = ROOT / "pcap-fixtures/real-curl-v4"
        result = run(SYNSPLICECTL, "explain", "--config", str(case / "policy.yaml"), "--outside",
                     str(case / "outside.pcap"), "--inside", str(case / "inside.pcap"), *more)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def explained(self, *more):
        """Objects by type."""
        objects = {}
        for told in map(json.loads, self.explain("--json", *more).splitlines()):
            objects.setdefault(told["type"], []).append(told)
        return objects

    def test_explain_as_objects(self):
        told = self.explained()
        self.assertEqual(len(told["summary"]), 1)
        for side, count in ("outside", 7), ("inside", 5):
            self.assertEqual([frame["number"] for frame in told["frame"] if frame["side"] == side],
                             list(range(1, count + 1)))
        connection, = told["connection"]
        self.assertEqual((connection["client"], connection["server"], connection["end"]),
                         ("198.18.0.1:41370", "198.18.0.10:80", "closed"))
        self.assertEqual(connection["frames"], {"outside": 6, "inside": 4})

        self.assertNotIn("note", told)
        self.assertRegex(self.explained("--session")["note"][0]["text"], "^sessions 1, ")

    def test_explain_tells_a_part(self):
        whole = len(self.explained()["frame"])
        self.assertEqual(len(self.explained("--filter", "arp")["frame"]), 2)
        self.assertEqual(len(self.explained("--flow", "198.18.0.1:41370")["frame"]), whole - 2)
        for nothing in ("--only", "drops"), ("--flow", "198.18.0.1:1"), ("--filter", "udp"):
            told = self.explained(*nothing)
            self.assertEqual(set(told), {"summary"})
        self.assertIn("\n198.18.0.1:41370 > 198.18.0.10:80 (", self.explain("--filter", "tcp"))

    def test_check_of_the_system(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "synsplice.yaml")
            file.write_text(json.dumps({
                "ports": {"outside": {"device": "net_af_xdp0,iface=nosuch0"},
                          "inside": {"device": "net_af_xdp1,iface=nosuch1"}},
                "services": [{"name": "web", "listen": ["198.18.0.10:80"]}]}))
            self.assertEqual(run(SYNSPLICECTL, "check", str(file)).returncode, 0)
            result = run(SYNSPLICECTL, "check", "--system", str(file))
            self.assertEqual((result.returncode, result.stderr), (1, ""))
            self.assertIn('WRONG  ports.inside     there is no network interface "nosuch1"\n',
                          result.stdout)
            self.assertLessEqual(max(map(len, result.stdout.splitlines())), 100)
            file.write_text("services: 1")
            result = run(SYNSPLICECTL, "check", "--system", str(file))
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertIn("services", result.stderr)

    def test_progress_is_for_terminals(self):
        """On standard error, and gone at the end; test_check_of_the_system has none."""
        master, slave = pty.openpty()
        with open(slave, "wb") as terminal:
            result = subprocess.run(
                [SYNSPLICECTL, "check", "--system", str(ROOT / "conf" / "demo.yaml")],
                stdout=subprocess.PIPE, stderr=terminal, timeout=60, check=False)
        shown = b""
        with open(master, "rb", buffering=0) as screen, contextlib.suppress(OSError):
            while piece := screen.read(4096):  # until the other end is closed
                shown += piece
        self.assertRegex(shown.decode(), "\\A\r\033\\[Kexamining [^\r\n]*\r\033\\[K\\Z")
        self.assertNotIn(b"\033", result.stdout)

    def test_configuration_that_is_not_there(self):
        for command in ((SYNSPLICE, "--config", "/nonexistent"),
                        (SYNSPLICECTL, "check", "/nonexistent"),
                        (SYNSPLICECTL, "explain", "--config", "/nonexistent", "--outside", "y")):
            with self.subTest(command):
                result = run(*command)
                self.assertEqual(result.returncode, 1)
                self.assertIn("/nonexistent: cannot be read", result.stderr)

    def test_example_of_the_readme(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        example = re.search(r"## A configuration to start from\n+```yaml\n(.*?)```", text,
                            re.DOTALL)
        result = subprocess.run([SYNSPLICECTL, "check", "-"], input=example[1], text=True,
                                capture_output=True, timeout=60, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        first, memory = result.stdout.split("\n", 1)
        self.assertEqual(first, "standard input: ok (2 services, 3 listeners)")
        self.assertTrue(memory.startswith("memory, taken at the start:\n"), memory)

    def test_check_reads_standard_input(self):
        result = subprocess.run([SYNSPLICECTL, "check", "-"], input="workers: 0\n", text=True,
                                capture_output=True, timeout=60, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"(?m)^standard input:1:10: workers: 0 is out of range")

    def test_configurations_without_end(self):
        with tempfile.TemporaryDirectory() as folder:
            pipe = os.path.join(folder, "pipe")
            os.mkfifo(pipe)
            for path, kind in (pipe, "pipe"), ("/dev/zero", "device"), (folder, "folder"):
                result = run(SYNSPLICECTL, "check", path)
                self.assertEqual(result.returncode, 1)
                self.assertEqual(result.stderr, f"{path}: is a {kind}, must be a regular file, or "
                                                "- for standard input\n")
        with open("/dev/zero", "rb") as zero:
            result = subprocess.run([SYNSPLICECTL, "check", "-"], stdin=zero, text=True,
                                    capture_output=True, timeout=60, check=False)
        self.assertEqual((result.returncode, result.stderr),
                         (1, "standard input: is longer than 2 MiB\n"))

    def test_program_as_configuration(self):
        """Nothing of it reaches the terminal as it is."""
        for command in (SYNSPLICECTL, "check"), (SYNSPLICE, "--config"):
            result = run(*command, SYNSPLICECTL)
            self.assertEqual(result.returncode, 1)
            self.assertRegex(result.stderr, r"\A[ -~\n]{1,400}\Z")


if __name__ == "__main__":
    unittest.main()
