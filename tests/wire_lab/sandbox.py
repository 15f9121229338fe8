"""A mount and a PID namespace for a program that builds labs.

Namespaces, programs and files of a lab live as long as the program: whatever ends it, SIGKILL
included, the kernel ends its programs and frees its network namespaces, and nobody else ever sees
them. /run is a private tmpfs in there: for the lab's files, for `ip netns` and for DPDK.
"""

import ctypes
import os
import signal

from wire_lab.process import prefer, run

CLONE_NEWNS = 0x00020000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
_FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

_libc = ctypes.CDLL(None, use_errno=True)


def check(result, call):
    if result:
        raise OSError(ctypes.get_errno(), call)


def enter():
    """Goes on as process 1 of a new sandbox. REQUIRES: root, one thread."""
    check(_libc.unshare(CLONE_NEWNS | CLONE_NEWPID), "unshare")
    child = os.fork()
    if child:
        _stand_in_for(child)
    check(_libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL), "prctl")
    for number in _FORWARDED:
        signal.signal(number, _interrupt)
    os.setsid()
    run(["mount", "--make-rprivate", "/"])
    run(["mount", "-t", "proc", "proc", "/proc"])
    run(["mount", "-t", "tmpfs", "tmpfs", "/run"])
    prefer(os.getpid())


def _interrupt(_number, _frame):
    raise KeyboardInterrupt


def _stand_in_for(child):
    """The outer process: hands signals in, and the exit status out."""
    for number in _FORWARDED:
        signal.signal(number, lambda number, _: os.kill(child, number))
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
