#!/usr/bin/python3
"""One attack in four logs: a real syslog-ng with the configuration that is shipped joins them on
client_ip, and so does synsplicectl timeline."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from loki_stub import LokiStub

ROOT = pathlib.Path(__file__).resolve().parents[2]
ATTACK = pathlib.Path(__file__).resolve().parent / "attack"
SYNSPLICECTL = os.environ["SYNSPLICECTL"]
SYSLOG_NG = "/usr/sbin/syslog-ng"
# Where the configuration that is shipped looks for them.
LOGS = {"/var/log/synsplice/events.json": "events.json", "/var/log/kern.log": "kern.log",
        "/var/log/app/access.log": "access.log",
        "/var/log/cloudflare/events.json": "cloudflare.json"}
LINES = 13  # of known kinds
CLIENT = "198.18.0.7"


def timeline(*arguments, **more):
    return subprocess.run([SYNSPLICECTL, "timeline", *arguments], cwd=ATTACK, text=True,
                          capture_output=True, timeout=60, check=False, **more)


def told(*arguments):
    result = timeline("-o", "json", *arguments)
    assert result.returncode == 0, result.stderr
    return list(map(json.loads, result.stdout.splitlines()))


class SyslogNg:
    """It runs in the foreground until the block ends; everything of it is in `folder`."""

    def __init__(self, folder, url):
        config = (ROOT / "conf/logs/syslog-ng.conf").read_text(encoding="utf-8")
        for shipped, log in LOGS.items():
            config = config.replace(shipped, str(folder / log))
        config = config.replace("http://127.0.0.1:3100", url)
        (folder / "syslog-ng.conf").write_text(config, encoding="utf-8")
        self._command = [SYSLOG_NG, "--foreground", "--no-caps", "--stderr",
                         f"--cfgfile={folder}/syslog-ng.conf", f"--pidfile={folder}/pid",
                         f"--persist-file={folder}/persist", f"--control={folder}/control"]
        self._process = None

    def __enter__(self):
        self._process = subprocess.Popen(self._command)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(30)


@unittest.skipUnless(os.path.exists(SYSLOG_NG), "syslog-ng is not installed")
class Collector(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as name, LokiStub() as loki:
            folder = pathlib.Path(name)
            for log in LOGS.values():
                shutil.copy(ATTACK / log, folder)
            with SyslogNg(folder, loki.url):
                cls.entries = sorted(loki.wait_for(LINES, 60), key=lambda entry: entry[0])
            cls.refused = loki.refused

    def test_every_line_of_a_known_kind_arrives_once(self):
        self.assertEqual(self.refused, [])
        self.assertEqual(len(self.entries), LINES)
        kinds = [labels["src_type"] for _, labels, _ in self.entries]
        self.assertEqual({kind: kinds.count(kind) for kind in set(kinds)},
                         {"synsplice": 4, "iptables": 3, "access": 4, "cloudflare": 2})

    def test_labels_are_bounded(self):
        for _, labels, line in self.entries:
            self.assertEqual(set(labels), {"src_type", "event_type"})
            fields = json.loads(line)
            self.assertEqual({name: fields[name] for name in labels}, labels)
            self.assertIn(fields["message"].rstrip(), self.messages())

    def messages(self):
        """What stands behind the header of syslog, or the whole line."""
        lines = [line for log in LOGS.values() for line in (ATTACK / log).read_text().splitlines()]
        return [line.rstrip().partition(" kernel: ")[2] or line for line in lines]

    def test_clients_have_one_form(self):
        clients = [json.loads(line).get("client_ip", "") for _, _, line in self.entries]
        self.assertEqual(set(clients), {"", CLIENT, "198.18.0.8", "198.18.0.9", "2001:db8::9"})

    def test_the_timeline_is_the_same(self):
        joined = [(time // 1000, labels["src_type"], labels["event_type"])
                  for time, labels, line in self.entries
                  if json.loads(line).get("client_ip") == CLIENT]
        ours = [(event["timestamp"], event["src_type"], event["event_type"])
                for event in told("--ip", CLIENT, "--client-only", *LOGS.values())]
        self.assertEqual([kind for _, *kind in joined], [kind for _, *kind in ours])
        self.assertEqual([f"{time % 1000000:06}" for time, *_ in joined],
                         [time[20:26] for time, *_ in ours])


class Timeline(unittest.TestCase):
    def test_one_attack(self):
        """The worked query of the manual."""
        page = (ROOT / "docs/logs.md").read_text(encoding="utf-8")
        command, output = re.search(r"```\n\$ synsplicectl timeline ([^\n]*)\n(.*?)```", page,
                                    re.DOTALL).groups()
        result = timeline(*command.split())
        self.assertEqual(result.returncode, 0)
        self.assertEqual(result.stdout + result.stderr, output)

    def test_prefixes_and_times(self):
        two = told("--ip", "198.18.0.8/31", "--client-only", *LOGS.values())
        self.assertEqual({event["client_ip"] for event in two}, {"198.18.0.8", "198.18.0.9"})
        event, = told("--ip", "::ffff:198.18.0.7", "--since", "2026-11-29T10:10:20.5Z", "--until",
                      "2026-11-29T10:10:22Z", *LOGS.values())
        self.assertEqual(event, {
            "timestamp": "2026-11-29T10:10:21.250000Z", "src_type": "access",
            "event_type": "request", "client_ip": CLIENT, "text": "POST /login 403",
            "where": "access.log:4"})
        self.assertEqual(len(told("--ip", "2001:db8::/32", "access.log")), 1)
        self.assertEqual(told("--ip", CLIENT, "--since", "1s", "access.log"), [])

    def test_standard_input_and_limits(self):
        text = (ATTACK / "access.log").read_text(encoding="utf-8")
        result = timeline("--ip", CLIENT, "--limit", "1", "-", input=text)
        self.assertEqual(result.returncode, 0)
        self.assertIn("POST /login 403", result.stdout)
        self.assertEqual(result.stderr, "synsplicectl: 5 lines read, 1 of no known kind, 1 earlier "
                                        "ones left out (--limit 1)\n")

    def test_files_that_cannot_be_read(self):
        result = timeline("--ip", CLIENT, "nosuch.log", "access.log", "/")
        self.assertEqual(result.returncode, 1)
        self.assertIn("GET / HTTP/1.1", result.stdout)
        self.assertIn("synsplicectl: nosuch.log: cannot be read: No such file or directory\n"
                      "synsplicectl: /: cannot be read: Is a directory\n", result.stderr)

    def test_wrong_command_lines(self):
        for words, arguments in (("--ip is required", ["access.log"]),
                                 ("files is required", ["--ip", CLIENT]),
                                 ("--ip: 'x' is no address", ["--ip", "x", "access.log"]),
                                 ("--until: 'soon' is no time",
                                  ["--ip", CLIENT, "--until", "soon", "access.log"]),
                                 ("--limit", ["--ip", CLIENT, "--limit", "0", "access.log"])):
            result = timeline(*arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn(words, result.stderr)


if __name__ == "__main__":
    unittest.main()
