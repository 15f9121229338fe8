#!/usr/bin/python3
"""The appliance as the unit runs it: the user's rights suffice, the service manager is told."""

import os
import pathlib
import re
import socket
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "wire_stack")]

from wire_test import TRANSPARENT, main  # noqa: E402
from wire_lab.appliance import Synsplice, write_configuration  # noqa: E402
from wire_lab.http import Nginx, fetch  # noqa: E402
from wire_lab.lab import SERVER, Lab  # noqa: E402
from wire_lab.process import wait_until  # noqa: E402
from held import Held, worker_of_synsplice  # noqa: E402

UNIT = (ROOT / "conf/systemd/synsplice.service.in").read_text()
USER = GROUP = 12345  # nobody's
NOTICED_S = 3
STANDS_STILL_S = 5


def _rights():
    """Of setpriv, from the unit."""
    names = re.search(r"^AmbientCapabilities=(.*)$", UNIT, re.MULTILINE)[1].lower().split()
    listed = ",".join(["-all", *(f"+{name.removeprefix('cap_')}" for name in names)])
    return [f"--reuid={USER}", f"--regid={GROUP}", "--clear-groups", f"--inh-caps={listed}",
            f"--ambient-caps={listed}", f"--bounding-set={listed}", "--no-new-privs"]


class Service(unittest.TestCase):
    def setUp(self):
        self.lab = self.enterContext(Lab())
        Nginx(self.lab, self.lab.server)
        # As tmpfiles.d does.
        for folder in self.lab.directory, "/run/synsplice":
            os.makedirs(folder, exist_ok=True)
            os.chown(folder, USER, GROUP)
        config_file = write_configuration(self.lab, TRANSPARENT,
                                          admin={"socket": "/run/synsplice/api.sock"})
        path = self._play_manager()
        self.appliance = self.enterContext(Synsplice(self.lab, config_file, before=[
            "env", f"NOTIFY_SOCKET={path}", "WATCHDOG_USEC=20000000", "setpriv", *_rights()]))
        self.addCleanup(lambda: print(self.appliance.process.output()))

    def _play_manager(self):
        path = f"{self.lab.directory}/notify"
        self.manager = self.enterContext(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self.manager.bind(path)
        self.manager.setblocking(False)
        os.chmod(path, 0o666)
        self.heard = []
        return path

    def _listen(self):
        try:
            while True:
                self.heard += self.manager.recv(4096).decode().split("\n")
        except BlockingIOError:
            return self.heard

    def _wait_for(self, message, timeout_s=NOTICED_S):
        wait_until(lambda: message in self._listen(), message, timeout_s)

    def _hear(self, seconds):
        """What comes from now on."""
        self._listen()
        self.heard.clear()
        time.sleep(seconds)
        return self._listen()

    def test_from_ready_to_the_end(self):
        self._wait_for("READY=1")
        self._wait_for("STATUS=ready")
        self.assertEqual(self.heard[0], "READY=1")
        heard = self._hear(3.5)
        self.assertEqual(set(heard), {"WATCHDOG=1"})
        self.assertIn(len(heard), range(2, 6))
        self.assertEqual(fetch(self.lab.client, f"http://{SERVER}/"), "synsplice\n")
        self.appliance.stop()
        self._wait_for("STOPPING=1")

    def test_a_worker_that_stands_still_is_not_covered_up(self):
        self._wait_for("READY=1")
        with Held(worker_of_synsplice()):
            self._wait_for("STATUS=worker 0 stands still", STANDS_STILL_S + NOTICED_S)
            self.assertEqual(self._hear(2.5), [])
        self._wait_for("WATCHDOG=1")
        self._wait_for("STATUS=ready")


if __name__ == "__main__":
    main()
