"""One network namespace: its name, its commands, its sockets."""

import contextlib
import ctypes
import fcntl
import json
import os
import socket
import struct

from wire_lab.process import Process, run
from wire_lab.sandbox import CLONE_NEWNET, check

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1  # linux/sockios.h, linux/if.h

_libc = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """Made on entry, removed on exit."""

    def __init__(self, name, directory):
        self.name = name
        self._directory = directory
        self._processes = []

    def __enter__(self):
        run(["ip", "netns", "add", self.name])
        self.set_up("lo")
        # No address detection delay and no routers: the lab is quiet unless a test speaks.
        self.sysctl("net.ipv6.conf.default.accept_dad", 0)
        self.sysctl("net.ipv6.conf.default.accept_ra", 0)
        self.sysctl("net.ipv6.conf.default.router_solicitations", 0)
        return self

    def __exit__(self, *_):
        for process in reversed(self._processes):
            process.stop()
        run(["ip", "netns", "delete", self.name], check=False)

    def run(self, *argv, **options):
        """For commands that don't read /sys: that would be the namespace's own at ten times the
        cost."""
        with self.entered():  # of this thread, which the command inherits
            return run(argv, **options)

    def ip(self, *commands):
        """Commands of ip(8), each a text, by one process: most of such a command is its start."""
        self.run("ip", "-batch", "-", input="\n".join(commands))

    def set_up(self, device):
        """As `ip link set DEVICE up`, without a process."""
        with self.socket(kind=socket.SOCK_DGRAM) as control:
            asked = struct.pack("16sH14x", device.encode(), 0)
            name, flags = struct.unpack("16sH14x", fcntl.ioctl(control, SIOCGIFFLAGS, asked))
            fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", name, flags | IFF_UP))

    def start(self, *argv, cpu=None):
        log = os.path.join(self._directory, f"{self.name}-{len(self._processes)}.log")
        process = Process(["ip", "netns", "exec", self.name, *argv], log, cpu)
        self._processes.append(process)
        return process

    def sysctl(self, key, value):
        path = "/proc/sys/" + key.replace(".", "/")
        with self.entered(), open(path, "w", encoding="ascii") as file:
            file.write(str(value))

    def mac(self, device="eth0"):
        return json.loads(self.run("ip", "-json", "link", "show", device).stdout)[0]["address"]

    def sent_packets(self, device="eth0"):
        return self._counters(device)[9]

    def received_packets(self, device="eth0"):
        return self._counters(device)[1]

    def _counters(self, device):
        """Of received bytes, packets and so on; of sent ones from the ninth."""
        with self.entered(), open("/proc/thread-self/net/dev", encoding="ascii") as file:
            line = next(line for line in file if line.strip().startswith(f"{device}:"))
        return [int(number) for number in line.split(":")[1].split()]

    def receive_on(self, device, cpu):
        """The stack works on this core for what arrives (receive packet steering)."""
        path = f"/sys/class/net/{device}/queues/rx-0/rps_cpus"
        run(["ip", "netns", "exec", self.name, "sh", "-c", f"echo {1 << cpu:x} >{path}"])

    @contextlib.contextmanager
    def entered(self):
        """Sockets made inside this block belong to the namespace, also after the block."""
        with open("/proc/thread-self/ns/net", "rb") as before:
            with open(f"/run/netns/{self.name}", "rb") as handle:
                check(_libc.setns(handle.fileno(), CLONE_NEWNET), self.name)
            try:
                yield
            finally:
                check(_libc.setns(before.fileno(), CLONE_NEWNET), "setns")

    def socket(self, family=socket.AF_INET, kind=socket.SOCK_STREAM, protocol=0):
        with self.entered():
            return socket.socket(family, kind, protocol)
