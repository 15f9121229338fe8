"""A systemd of our own, process 1 of a machine that is thrown away.

It has the files of an Overlay, the interfaces of a network namespace, and a cgroup to itself. What
is the kernel's for all (sysctls, the clock, modules) it cannot change, and it starts nothing by
itself but its journal.
"""

import contextlib
import json
import os
import pathlib

from wire_lab.process import Process, run, wait_until

TARGET = "lab.target"
BOOTS_WITHIN_S = 20
JOURNAL = "systemd-journald.socket systemd-journald-dev-log.socket systemd-journald.service"

# $1: the root directory; $2: the cgroup.
BOOT = f"""
set -e
echo $$ >"$2/cgroup.procs"
exec unshare --cgroup --ipc --mount --pid --uts --fork --kill-child sh -e -c '
  mount --make-rprivate /
  mount --bind "$0" "$0"
  cd "$0"
  mount -t proc proc proc
  mount --bind proc/sys proc/sys
  mount -o remount,bind,ro proc/sys
  mount -t sysfs -o ro sysfs sys
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  for folder in run tmp dev; do mount -t tmpfs tmpfs $folder; done
  mkdir dev/shm dev/pts run/old
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  for node in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod -m 666 dev/${{node%:*}} c 1 ${{node#*:}}
  done
  pivot_root . run/old
  umount --lazy /run/old
  exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    setpriv --bounding-set=-sys_time,-sys_module,-sys_boot \
    /lib/systemd/systemd --system --unit={TARGET} --log-target=journal --show-status=0
' "$1"
"""


def cgroup2():
    """Where the cgroups of version 2 are; None: nowhere that we may write."""
    found = run(["findmnt", "--json", "--types", "cgroup2"], check=False).stdout or "{}"
    for mount in json.loads(found).get("filesystems", ()):
        if os.access(mount["target"], os.W_OK):
            return pathlib.Path(mount["target"])
    return None


def _remove(cgroup):
    for folder, *_ in os.walk(cgroup, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(folder)
    return not cgroup.exists()


class Systemd:
    """`with Systemd(machine, namespace) as manager`: manager.run("systemctl", ...)

    REQUIRES: sandbox.enter(), cgroup2(); one at a time
    """

    def __init__(self, machine, namespace):
        self._machine = machine
        self._namespace = namespace
        self._cgroup = cgroup2() / "synsplice-test"
        self._enter = None

    def __enter__(self):
        self._bare()
        _remove(self._cgroup)  # of a test that was killed
        self._cgroup.mkdir()
        self._process = Process(
            ["nsenter", f"--net=/run/netns/{self._namespace.name}", "sh", "-c", BOOT, "boot",
             str(self._machine.root), str(self._cgroup)], f"{self._machine.root}/boot.log")
        try:
            wait_until(self._is_up, "systemd is up", BOOTS_WITHIN_S)
        except BaseException:
            print(self._process.output())
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.stop(9)
        wait_until(lambda: _remove(self._cgroup), "its processes have ended", BOOTS_WITHIN_S)

    def _bare(self):
        root = self._machine.root
        for folder in "lib/systemd/system", "etc/systemd/system":
            for wanted in (root / folder).glob("*.wants/*"):
                wanted.unlink()
        (root / "etc/fstab").write_text("")
        (root / "etc/systemd/system" / TARGET).write_text(
            f"[Unit]\nRequires=basic.target {JOURNAL}\nAfter=basic.target {JOURNAL}\n")

    def _is_up(self):
        if not self._process.running():
            raise RuntimeError(f"systemd ended:\n{self._process.output()}")
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(FileNotFoundError):
                if (entry / "comm").read_text() == "systemd\n":
                    self._enter = ["nsenter", f"--target={entry.name}", "--mount", "--pid", "--net",
                                   "--cgroup", "--root", "--wd"]
        if self._enter is None:
            return False
        return self.run("systemctl", "is-active", TARGET, check=False).returncode == 0

    def run(self, *argv, **options):
        return run([*self._enter, *argv], **options)
