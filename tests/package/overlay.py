"""This machine's files as a layer that may be changed, and is thrown away."""

import contextlib
import os
import pathlib
import tempfile

from wire_lab.process import run


class Overlay:
    """`with Overlay() as machine`: a root directory, `machine.root`, with all that this machine has
    on its own file system; what is written goes to `machine.changes` and nowhere else.

    REQUIRES: sandbox.enter(), overlayfs
    """

    def __init__(self):
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self._stack = stack
            self._build()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _build(self):
        folder = pathlib.Path(self._stack.enter_context(tempfile.TemporaryDirectory(dir="/run")))
        self.changes, self.root = folder / "changes", folder / "root"
        work = folder / "work"
        for path in (self.changes, self.root, work):
            path.mkdir()
        self._mount(self.root, "-t", "overlay", "overlay", "-o",
                    f"lowerdir=/,upperdir={self.changes},workdir={work}")
        for name in ("run", "tmp"):
            self._mount(self.root / name, "-t", "tmpfs", "tmpfs")
        self._mount(self.root / "proc", "-t", "proc", "proc")
        self._mount(self.root / "dev", "--bind", "/dev")

    def _mount(self, target, *what):
        run(["mount", *what, str(target)])
        self._stack.callback(run, ["umount", "--lazy", str(target)])

    def run(self, *argv, **options):
        return run(["chroot", str(self.root), *argv],
                   env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                        "DEBIAN_FRONTEND": "noninteractive"}, **options)

    def changed(self):
        """Everything that is new or different, folders and what was removed included."""
        return sorted(os.path.join("/", os.path.relpath(os.path.join(folder, name), self.changes))
                      for folder, folders, files in os.walk(self.changes)
                      for name in folders + files)
