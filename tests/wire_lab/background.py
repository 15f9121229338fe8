"""What goes on beside a test."""

import threading


class Background:
    """`with` a subclass: its `work()` runs in a thread until it returns, or until it sees
    `self.over`, which the end of the block sets. What breaks it off is raised there."""

    def __init__(self):
        self.over = threading.Event()
        self._failure = None
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self._thread.join()
        if self._failure:
            raise RuntimeError(f"{type(self).__name__} broke off") from self._failure

    def running(self):
        return self._thread.is_alive()

    def wait(self):
        self._thread.join()

    def _run(self):
        try:
            self.work()
        except Exception as failure:  # told at the end of the block
            self._failure = failure
