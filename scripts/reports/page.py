"""The appliance's page, left open in the browser until somebody presses Enter."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys

NOBODY = 65534
RELAY = pathlib.Path(__file__).with_name("relay.py")


@contextlib.contextmanager
def reachable(socket):
    """The URL of the API at a Unix socket whose group is root's. Whoever asks there may only read:
    they come as nobody, with a group that may connect."""
    command = [sys.executable, str(RELAY), str(socket)]
    with subprocess.Popen(command, user=NOBODY, group=0, extra_groups=[], text=True,
                          stdout=subprocess.PIPE) as relay:
        try:
            yield f"http://127.0.0.1:{int(relay.stdout.readline())}/"
        finally:
            relay.terminate()


def open_in_browser(url):
    """Where there is a browser and a screen. Whether it works, its user sees."""
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if screen and shutil.which("xdg-open"):
        subprocess.Popen(["xdg-open", url], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL, start_new_session=True)


def keep_open(socket):
    with reachable(socket) as url:
        open_in_browser(url)
        print(f"the page of synsplice: {url}", flush=True)
        input("Enter ends it ")
