#!/usr/bin/python3
"""scripts/attack without a lab: its command line, its judgement, its table and page, and how it
takes a configuration to the lab."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import types
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]

import attack_report  # noqa: E402
from reports_test import Page  # noqa: E402
from wire_lab.attacks.library import ATTACKS  # noqa: E402
from wire_lab.attacks.scene import configuration_for, listens, read_configuration  # noqa: E402
from wire_lab.attacks.views import grown  # noqa: E402
from wire_lab.flood import CONFIGURATIONS  # noqa: E402


def phase(attempts, succeeded, p99_ms=4.0):
    return {"attempts": attempts, "succeeded": succeeded,
            "connect_p50_ms": 0.2 if succeeded else None,
            "connect_p99_ms": p99_ms if succeeded else None}


def act(during, after=phase(50, 50), frames=50_000, **synsplice):
    return {"before": phase(50, 50), "during": during, "after": after,
            "attack_frames_per_second": frames, "due_frames_per_second": 50_000,
            "server": {"syns_per_second": 48.2, "packets_per_second": 300.0, "half_open": 0,
                       "established": 3},
            "samples": [(0.1, 4.0), (1.1, None)], **synsplice}


def protected(**changes):
    counted = {"events.cookies_sent": 252290, "drops.connlimit": 7, "drops.cookie_wrong": 70}
    return act(**{"during": phase(300, 300), "cpu": 0.47, "counted": counted,
                  "events": {"attack_start": 1}, **changes})


class Judgement(unittest.TestCase):
    def _told(self, **changes):
        acts = {"synsplice": protected(**changes)}
        line = attack_report.judgement("ack-flood", acts)
        self.assertEqual(attack_report.mitigated(acts), "NOT" not in line)
        return line

    def test_mitigated(self):
        self.assertEqual(self._told(), "ack-flood: mitigated: 300 of 300 connections succeeded, "
                         "p99 4.00 ms")
        self.assertIn(": mitigated", self._told(during=phase(300, 297)))

    def test_not_mitigated(self):
        for changes, words in (({"during": phase(300, 296)}, "296 of 300 connections succeeded d"),
                               ({"during": phase(5, 0)}, "0 of 5 connections succeeded during"),
                               ({"during": phase(0, 0)}, "0 of 0 connections succeeded during"),
                               ({"during": phase(300, 300, 101.0)}, "within 101 ms only"),
                               ({"after": phase(50, 49)}, "49 of 50 connections succeeded after"),
                               ({"frames": 24_000}, "24000 frames/s instead of 50000")):
            told = self._told(**changes)
            self.assertIn("NOT mitigated", told)
            self.assertIn(words, told)

    def test_unprotected(self):
        verdicts = [attack_report.verdict("unprotected", act(phase(100, succeeded)))
                    for succeeded in (100, 60, 0)]
        self.assertEqual(verdicts, ["copes", "suffers", "stops"])


class Told(unittest.TestCase):
    results = {"ack-flood": {"synsplice": protected(), "unprotected": act(phase(9, 0))}}

    def test_on_the_terminal(self):
        text = attack_report.text(self.results)
        self.assertIn("  cookies_sent 252290; by reason: cookie_wrong 70, connlimit 7; "
                      "events: attack_start 1\n", text)
        self.assertTrue(text.endswith(attack_report.CRITERION))
        self.assertRegex(text, r"(?m)^  unprotected +100.0% +0.0% .* stops$")

    def test_on_the_page(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "attack.html")
            attack_report.write(path, self.results)
            page = Page(path.read_text(encoding="utf-8"))
        self.assertEqual(page.open, [])
        cells = [cell for row in attack_report.rows(self.results) for cell in row]
        self.assertEqual(page.cells, attack_report.HEADINGS + cells)
        self.assertEqual([len(points) for points in page.lines], [2, 2])

    def test_growth(self):
        self.assertEqual(grown({"a": 1, "b": 2}, {"a": 1, "b": 5, "c": 4}), {"b": 3, "c": 4})


class Library(unittest.TestCase):
    def test_every_flood_is_an_attack(self):
        files = {path.stem for path in CONFIGURATIONS.glob("*.cfg")}
        self.assertEqual(files - set(ATTACKS), set())

    def test_every_attack_is_described(self):
        for file in ROOT / "docs" / "attacks.md", CONFIGURATIONS / "README.md":
            text = file.read_text(encoding="utf-8")
            for name, attack in ATTACKS.items():
                self.assertIn(f"`{name}", text, file.name)
                if file.name == "attacks.md":
                    for counter in attack.told_by:
                        self.assertIn(f"`{counter.partition('.')[2]}`", text)

    def test_counters_exist(self):
        base = ROOT / "include" / "synsplice" / "base"
        named = {kind: re.findall(r'X\(k\w+, "(\w+)"', (base / header).read_text(encoding="utf-8"))
                 for kind, header in (("events", "counters.h"), ("drops", "reason.h"))}
        for attack in ATTACKS.values():
            for counter in attack.told_by:
                kind, _, name = counter.partition(".")
                self.assertIn(name, named[kind])


class Configuration(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.file = self.folder / "mine.yaml"

    def _taken(self, text):
        self.file.write_text(text)
        lab = types.SimpleNamespace(directory=str(self.folder))
        return json.loads(configuration_for(lab, read_configuration(self.file))[0].read_text())

    def test_policy_stays_and_the_machine_goes(self):
        taken = self._taken(
            'ports: {outside: {device: "0000:03:00.0"}, queues: 4}\nworkers: 8\n'
            "cookie: {secret_file: /etc/synsplice/secret, epoch: 8s}\nmemory: {huge_pages: true}\n"
            'admin: {listen: "127.0.0.1:9117"}\n'
            'services: [{name: web, mode: off, listen: ["198.18.0.10:80"]}]\n')
        self.assertEqual(taken["ports"]["outside"], {"device": "net_af_xdp0,iface=out0"})
        self.assertNotIn("queues", taken["ports"])
        self.assertEqual((taken["cookie"], taken["memory"]), ({"epoch": "8s"},
                                                              {"huge_pages": False}))
        self.assertEqual((list(taken["admin"]), taken["workers"]), (["socket"], 2))
        self.assertEqual(taken["services"][0]["mode"], "off")
        self.assertTrue(listens(taken, "198.18.0.10:80"))
        self.assertFalse(listens(taken, "198.18.0.11:80"))

    def test_no_configuration(self):
        for text in ("just words", "a: [", "", "services: web", "services: [web]", "cookie: [1]",
                     "services: [{listen: 3}]", "workers: many"):
            self.file.write_text(text)
            self.assertRaises(ValueError, read_configuration, self.file)
        self.assertRaises(ValueError, read_configuration, self.folder / "missing")


class CommandLine(unittest.TestCase):
    def _run(self, *arguments):
        return subprocess.run([str(ROOT / "scripts/attack.py"), *arguments], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=60, check=False)

    def test_list(self):
        result = self._run("--list")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual([line.split()[0] for line in result.stdout.splitlines()], list(ATTACKS))

    def test_options_are_described(self):
        text = (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
        options = set(re.findall(r"--\w+", self._run("--help").stdout)) - {"--help"}
        self.assertIn("--unprotected", options)
        for option in options:
            self.assertIn(option, text)

    def test_mistakes(self):
        for arguments, words in ((["flood"], "flood: is no attack"), ([], "name attacks, or all"),
                                 (["pulse", "--rate", "0"], "--rate: 1 to 500000 packets/s"),
                                 (["slow-hold", "--rate", "3001"], "--rate: 1 to 3000 conn"),
                                 (["pulse", "--seconds", "61"], "--seconds: 1 to 60"),
                                 (["pulse", "--report", "/nowhere/x"], "no folder /nowhere"),
                                 (["pulse", "--config", "/nowhere"], "--config: /nowhere"),
                                 (["carpet", "--config", str(ROOT / "conf/demo.yaml")],
                                  "no service listens on 198.18.64.0:80")):
            result = self._run(*arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)
            self.assertIn(words, result.stderr)


if __name__ == "__main__":
    unittest.main()
