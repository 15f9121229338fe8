"""A worker that stands still, as one that hangs would."""

import ctypes
import os
import pathlib

# linux/ptrace.h, linux/wait.h
PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 17, 0x4206, 0x4207
WAIT_ALL = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


def _ptrace(request, thread):
    if _libc.ptrace(ctypes.c_long(request), ctypes.c_long(thread), None, None):
        raise OSError(ctypes.get_errno(), "ptrace")


def worker_of_synsplice():
    """The thread's number. REQUIRES: one synsplice runs, with one worker."""
    for task in pathlib.Path("/proc").glob("[0-9]*/task/*"):
        process = task.parents[1] / "comm"
        if "worker" in (task / "comm").read_text() and process.read_text() == "synsplice\n":
            return int(task.name)
    raise RuntimeError("there is no worker")


class Held:
    """Keeps one thread of another process from running."""

    def __init__(self, thread):
        self._thread = thread
        self._ended = False

    def __enter__(self):
        _ptrace(PTRACE_SEIZE, self._thread)
        _ptrace(PTRACE_INTERRUPT, self._thread)
        os.waitpid(self._thread, WAIT_ALL)
        return self

    def has_ended(self):
        """Whether its process was killed. The process goes when this has answered so."""
        if not self._ended:
            found, status = os.waitpid(self._thread, WAIT_ALL | os.WNOHANG)
            self._ended = found != 0 and os.WIFSIGNALED(status)
        return self._ended

    def __exit__(self, *_):
        if not self._ended:
            _ptrace(PTRACE_DETACH, self._thread)
