"""Programs started for a lab, bounded in time."""

import contextlib
import os
import signal
import subprocess
import time

POLL_S = 0.02

# One core for the appliance's poll loop, one for everybody else, in every test and every act.
TRAFFIC_CPU = 0
APPLIANCE_CPU = min(1, os.cpu_count() - 1)
# A lab goes before whatever else the machine does: a receive ring holds 20 ms of a flood.
NICE = -20


def wait_until(condition, what, timeout_s):
    """Polls `condition` until it is true and returns its value; raises TimeoutError."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {timeout_s} s: {what}")
        time.sleep(POLL_S)


def prefer(pid):
    """Schedules process and session `pid` before others."""
    os.setpriority(os.PRIO_PROCESS, pid, NICE)
    # Where sessions are scheduled as groups, the group's weight counts.
    with contextlib.suppress(FileNotFoundError), open(f"/proc/{pid}/autogroup", "w") as group:
        group.write(str(NICE))


def cpu_seconds(pid):
    """User and system time, all threads (proc(5): fields 14 and 15)."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def run(argv, timeout_s=30, check=True, **options):
    """Runs a command to its end; a failure shows what the command said."""
    heard = {} if "input" in options else {"stdin": subprocess.DEVNULL}
    result = subprocess.run(argv, timeout=timeout_s, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, check=False, **heard, **options)
    if check and result.returncode:
        raise RuntimeError(f"{' '.join(argv)}: exit {result.returncode}\n"
                           f"{result.stdout}{result.stderr}")
    return result


class Process:
    """A program in the background; its output goes to `log`."""

    def __init__(self, argv, log, cpu=None):
        # Threads that DPDK starts choose their own core.
        pin = ["taskset", "-c", str(cpu)] if cpu is not None else []
        self.log = log
        with open(log, "wb") as output:
            self._popen = subprocess.Popen(pin + argv, stdin=subprocess.DEVNULL,
                                           stdout=output, stderr=subprocess.STDOUT,
                                           start_new_session=True)
        prefer(self._popen.pid)

    @property
    def pid(self):
        return self._popen.pid

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def running(self):
        return self._popen.poll() is None

    def wait(self, timeout_s):
        return self._popen.wait(timeout_s)

    def wait_for_output(self, text, timeout_s):
        wait_until(lambda: text in self.output() or not self.running(), text, timeout_s)
        if text not in self.output():
            raise RuntimeError(f"ended without saying '{text}':\n{self.output()}")

    def send_signal(self, number):
        if self.running():
            os.killpg(self._popen.pid, number)

    def stop(self, number=signal.SIGTERM, timeout_s=5):
        """Ends the program and what it started; returns its exit code."""
        self.send_signal(number)
        try:
            return self._popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.send_signal(signal.SIGKILL)
            return self._popen.wait(timeout_s)
