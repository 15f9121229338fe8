#!/usr/bin/python3
"""What a running appliance may do, and that its signals, files and ports work with it."""

import os
import pathlib
import signal

from wire_test import WireTest, main
from wire_lab.http import Nginx, fetch
from wire_lab.lab import SERVER
from wire_lab.process import wait_until

# linux/capability.h
NET_ADMIN, NET_RAW, IPC_LOCK, BPF = 12, 13, 14, 39
OF_AF_XDP = sum(1 << bit for bit in (NET_ADMIN, NET_RAW, IPC_LOCK, BPF))
FILTER = "2"  # SECCOMP_MODE_FILTER


def _pid_of(program):
    """Of the only process that runs it."""
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        if (entry / "comm").read_text().strip() == program:
            return int(entry.name)
    raise RuntimeError(f"{program} does not run")


def _status(path):
    return dict(line.split(":\t", 1) for line in path.read_text().splitlines() if ":\t" in line)


class Privileges(WireTest):
    def prepare(self):
        Nginx(self.lab, self.server)

    def _served(self):
        return fetch(self.client, f"http://{SERVER}/", timeout_s=2) == "synsplice\n"

    def test_every_thread_has_dropped_what_it_does_not_need(self):
        pid = _pid_of("synsplice")
        workers = 0
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            status = _status(task / "status")
            for name in ("CapEff", "CapPrm"):
                self.assertEqual(int(status[name], 16) & ~OF_AF_XDP, 0, status)
            self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", FILTER), status)
            workers += int(status["CapPrm"], 16) == 0
        self.assertGreaterEqual(workers, 1)
        self.assertTrue(self._served())

    def test_reload_and_log_rotation_are_harmless(self):
        for number, text in ((signal.SIGHUP, "SIGHUP: version "), (signal.SIGUSR1, "SIGUSR1")):
            os.kill(_pid_of("synsplice"), number)
            wait_until(lambda: text in self.appliance.process.output(), text, 3)
        self.assertTrue(self._served())
        self.assertEqual(self.events()["flows_spliced"], 1)


if __name__ == "__main__":
    main()
