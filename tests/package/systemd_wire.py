#!/usr/bin/python3
"""The service as docs/install.md installs it from source, run by systemd in its sandbox."""

import json
import os
import pathlib
import re
import shutil
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "wire_stack")]

import wire_test  # noqa: E402
from wire_lab.http import Nginx, fetch  # noqa: E402
from wire_lab.lab import SERVER, Lab  # noqa: E402
from wire_lab.process import run, wait_until  # noqa: E402
from held import Held, worker_of_synsplice  # noqa: E402
from overlay import Overlay  # noqa: E402
from systemd import Systemd, cgroup2  # noqa: E402

BUILD = os.environ["SYNSPLICE_BUILD_DIR"]
CONFIG = "/etc/synsplice/synsplice.yaml"
NOTICED_S = 3
STANDS_STILL_S = 5
WATCHDOG_S = 2
STARTED_AGAIN_WITHIN_S = 15
# Keeps what is written to the Unix socket that it makes for the service's user.
READER = """
import os, shutil, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
shutil.chown(sys.argv[1], "synsplice")
listener.listen()
with open(sys.argv[2], "ab", buffering=0) as file:
    while True:
        with listener.accept()[0] as writer:
            while piece := writer.recv(65536):
                file.write(piece)
"""


def _install(machine):
    run(["cmake", "--install", BUILD, "--prefix", "/usr/local", "--strip"],
        env={**os.environ, "DESTDIR": str(machine.root)})
    folders = ["systemd-tmpfiles", "--create", "synsplice.conf"]
    machine.run("systemd-sysusers")
    machine.run(*folders)
    text = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    make_secret, = re.findall(r"^\(umask 077; .*>/etc/synsplice/secret\)$", text, re.MULTILINE)
    machine.run("sh", "-c", make_secret)
    machine.run(*folders)


class Service(unittest.TestCase):
    def setUp(self):
        self.lab = self.enterContext(Lab())
        self.lab.deliver_redirected()
        Nginx(self.lab, self.lab.server)
        self.machine = self.enterContext(Overlay())
        _install(self.machine)
        self._init(CONFIG)
        with open(f"{self.machine.root}{CONFIG}", "a", encoding="utf-8") as file:
            file.write("events: {journal: true}\n")
        self.manager = self.enterContext(Systemd(self.machine, self.lab.box))
        self.addCleanup(lambda: print(self._journal()))

    def _init(self, path):
        self.machine.run("/usr/local/bin/synsplicectl", "init", "--outside", "out0", "--inside",
                         "in0", "--listen", f"{SERVER}:80", "-o", path)

    def _journal(self):
        return self.manager.run("journalctl", "--no-pager", "--output=cat",
                                "--unit=synsplice").stdout

    def _reloads_in_the_journal(self):
        """Events, as journald has their fields; each is whole in one of them."""
        found = self.manager.run("journalctl", "--output=json", "SYNSPLICE_EVENT_TYPE=reload")
        entries = [json.loads(line) for line in found.stdout.splitlines()]
        for entry in entries:
            event = json.loads(entry["SYNSPLICE_EVENT"])
            self.assertEqual(event["event_type"], "reload")
            self.assertEqual(entry["PRIORITY"], "5")
            self.assertEqual(entry["_SYSTEMD_UNIT"], "synsplice.service")
            self.assertIn(event["reload"]["text"], entry["MESSAGE"])
        return entries

    def _systemctl(self, *argv, **options):
        return self.manager.run("systemctl", "--no-pager", *argv, **options)

    def _shown(self, name):
        return self._systemctl("show", f"--property={name}", "--value", "synsplice").stdout.strip()

    def _expect_served(self):
        self.assertEqual(fetch(self.lab.client, f"http://{SERVER}/"), "synsplice\n")

    def _wait_for_another(self, first):
        wait_until(lambda: self._shown("ActiveState") == "active"
                   and self._shown("MainPID") not in (first, "0"), "started again",
                   STARTED_AGAIN_WITHIN_S)

    def test_it_serves_and_comes_back(self):
        self._systemctl("start", "synsplice")
        self._expect_served()
        wait_until(lambda: self._shown("StatusText") == "ready", "ready", NOTICED_S)
        shown = self.manager.run("/usr/local/bin/synsplicectl", "show", "status").stdout
        self.assertRegex(shown, r"(?m)^state +ready$")
        first = self._shown("MainPID")
        self._systemctl("kill", "--signal=KILL", "synsplice")
        self._wait_for_another(first)
        self._expect_served()
        # Served by the wire until then.
        wait_until(lambda: "has taken over the wire that was left" in self._journal(),
                   "the next start", STARTED_AGAIN_WITHIN_S)
        self._systemctl("reload", "synsplice")
        wait_until(lambda: "SIGHUP: version " in self._journal(), "an answer", NOTICED_S)
        wait_until(self._reloads_in_the_journal, "the event", NOTICED_S)
        self._systemctl("stop", "synsplice")
        self.assertEqual((self._shown("ActiveState"), self._shown("Result")),
                         ("inactive", "success"))
        self._expect_served()  # by the wire

    def test_root_may_look_though_the_secret_is_the_services(self):
        """As docs/attack.md does."""
        self._systemctl("start", "synsplice")
        self._expect_served()
        ctl = "/usr/local/bin/synsplicectl"
        examined = self.manager.run(ctl, "doctor")
        self.assertRegex(examined.stdout, r"(?m)^ok +secret +/etc/synsplice/secret: good")
        self.assertNotIn("a wire that the start takes over", examined.stdout)
        checked = self.manager.run(ctl, "check", CONFIG)
        self.assertIn(": ok (1 services, 1 listeners)", checked.stdout)
        capture = f"{self.machine.root}/etc/capture.pcap"
        shutil.copy(ROOT / "pcap-fixtures/bridge-other-traffic/outside.pcap", capture)
        explained = self.manager.run(ctl, "explain", "--config", CONFIG, "--outside",
                                     "/etc/capture.pcap")
        self.assertEqual(explained.stderr, "")
        self.assertIn("outside", explained.stdout)

    def test_an_instance_has_its_own(self):
        """Socket and state, as docs/install.md has them, and a reader of its events."""
        self._init("/etc/synsplice/wan.yaml")
        config = pathlib.Path(f"{self.machine.root}/etc/synsplice/wan.yaml")
        text = config.read_text(encoding="utf-8")
        self.assertIn("/run/synsplice/api.sock", text)
        config.write_text(text.replace("/run/synsplice/api.sock", "/run/synsplice/wan.sock")
                          + "\nstate: {folder: /var/lib/synsplice/wan}"
                          "\nevents: {socket: /run/reader.sock}\n", encoding="utf-8")
        self.manager.run("systemd-run", "--unit=reader", "/usr/bin/python3", "-c", READER,
                         "/run/reader.sock", "/run/events.json")
        wait_until(lambda: self.manager.run("test", "-S", "/run/reader.sock",
                                            check=False).returncode == 0, "a reader", NOTICED_S)
        self._systemctl("start", "synsplice@wan")
        self._expect_served()
        ctl = ("/usr/local/bin/synsplicectl", "show", "status", "--socket")
        self.assertRegex(self.manager.run(*ctl, "/run/synsplice/wan.sock").stdout,
                         r"(?m)^state +ready$")
        self.assertNotEqual(self.manager.run(*ctl, "/run/synsplice/api.sock",
                                             check=False).returncode, 0)
        self._systemctl("reload", "synsplice@wan")
        wait_until(lambda: '"event_type":"reload"' in self.manager.run(
            "cat", "/run/events.json").stdout.replace(" ", ""), "its event", NOTICED_S)
        self.assertEqual(self.manager.run("ls", "-A", "/var/lib/synsplice").stdout, "wan\n")
        self._systemctl("stop", "synsplice@wan")
        ended = self._systemctl("show", "--property=ActiveState,Result", "synsplice@wan").stdout
        self.assertEqual(sorted(ended.split()), ["ActiveState=inactive", "Result=success"])

    def test_a_worker_that_stands_still_is_replaced(self):
        dropin = pathlib.Path(f"{self.machine.root}/etc/systemd/system/synsplice.service.d/x.conf")
        dropin.parent.mkdir()
        dropin.write_text(f"[Service]\nWatchdogSec={WATCHDOG_S}\n")
        self._systemctl("daemon-reload")
        self._systemctl("start", "synsplice")
        first = self._shown("MainPID")
        with Held(worker_of_synsplice()) as held:
            wait_until(held.has_ended, "the watchdog", STANDS_STILL_S + WATCHDOG_S + NOTICED_S)
        self.assertIn("Watchdog timeout (limit", self._journal())
        self._wait_for_another(first)
        self._expect_served()

    def test_a_mistake_is_told_where_the_operator_looks(self):
        with open(f"{self.machine.root}{CONFIG}", "a", encoding="utf-8") as file:
            file.write("wrokers: 2\n")
        self.assertNotEqual(self._systemctl("start", "synsplice", check=False).returncode, 0)
        self.assertRegex(self._journal(), rf"{CONFIG}:\d+:1: wrokers: .*'workers'")


def main():
    if os.geteuid() == 0 and cgroup2() is None:
        print("needs cgroups of version 2")
        sys.exit(wire_test.SKIPPED)
    wire_test.main()


if __name__ == "__main__":
    main()
