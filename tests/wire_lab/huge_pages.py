"""Huge pages reserved while a block runs."""

import re

_RESERVED = "/proc/sys/vm/nr_hugepages"


class HugePages:
    """`with HugePages(128) as pages`: so many more are reserved, if `pages.enough`."""

    def __init__(self, count):
        self._count = count

    def __enter__(self):
        self._before = _read()
        _write(self._before + self._count)
        self.enough = _read() >= self._before + self._count
        return self

    def __exit__(self, *_):
        _write(self._before)

    def free(self):
        with open("/proc/meminfo", encoding="ascii") as meminfo:
            return int(re.search(r"HugePages_Free:\s+(\d+)", meminfo.read())[1])


def _read():
    with open(_RESERVED, encoding="ascii") as file:
        return int(file.read())


def _write(count):
    with open(_RESERVED, "w", encoding="ascii") as file:
        file.write(f"{count}\n")
