#!/usr/bin/python3
"""The page in Chromium during a flood: what it shows is what the API tells, for everybody to read.

SYNSPLICE_PICTURES=FOLDER: pictures of it are left there.
"""

import base64
import contextlib
import functools
import json
import os
import pathlib
import select
import socket
import subprocess

import jsonschema
from selenium.webdriver.common.keys import Keys

from wire_test import WireTest, main
from wire_lab import axe
from wire_lab.appliance import ROOT, Synsplice
from wire_lab.browser import Browser
from wire_lab.flood import Flood
from wire_lab.http import Nginx, fetch
from wire_lab.lab import SERVER
from wire_lab.openapi import Description
from wire_lab.process import run, wait_until

ADDRESS = "127.0.0.1:9117"
PAGE = f"http://{ADDRESS}/"
STREAM = "/v1/events/stream"
NOTICED_S = 20
SCREENS = ((360, 800), (1280, 800), (3840, 2160))
EVENT = json.loads((ROOT / "docs" / "event.schema.json").read_text(encoding="utf-8"))
# The cells of a column of a table, by the heads of their rows.
CELLS = """
const [table, title] = arguments;
const rows = document.querySelectorAll(`#${table} tbody tr`);
return Object.fromEntries([...rows].map(row => [row.querySelector("th").textContent,
  row.querySelector(`[data-title="${title}"]`).textContent]));
"""
AXE = """
return axe.run().then(({passes, violations}) =>
  [passes.length, violations.map(({id, nodes}) => [id, nodes[0].html])]);
"""


@functools.cache
def _axe():
    """Its text, or why it cannot be had."""
    try:
        return axe.script(), None
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        return None, f"axe is skipped: {error}"


class Page(WireTest):
    def prepare(self):
        self.socket = f"{self.lab.directory}/api.sock"
        self.token_file = pathlib.Path(self.lab.directory) / "token"
        self.sections = {"admin": {"socket": self.socket, "listen": ADDRESS,
                                   "token_file": str(self.token_file)}}
        Nginx(self.lab, self.server)

    def _get(self, path):
        return json.loads(run(["curl", "-sf", "--unix-socket", self.socket,
                               f"http://localhost{path}"]).stdout)

    def _numbers(self, table, title):
        """What the page says there."""
        cells = self.browser.run(CELLS, table, title)
        return {name: int(text.replace(",", "")) for name, text in cells.items()}

    def _link(self):
        return self.browser.text("#link")

    def _wait_for_link(self, text):
        wait_until(lambda: self._link() == text, f"the page says {text}", NOTICED_S)

    def test_during_a_flood_and_after_it(self):
        deaf = self.enterContext(self._listen())
        self.browser = self.enterContext(Browser(self.lab.box, self.lab.directory))
        self._open_with_the_token()
        with Flood(self.lab, "syn-flood-v4", seconds=60, rate=20_000), \
                Flood(self.lab, "few-sources", seconds=60, rate=2_000, generators=20), \
                Flood(self.lab, "ack-flood", seconds=60, rate=1_000):
            fetch(self.client, f"http://{SERVER}/")
            self._check_event()
            self._check_growing_numbers()
            self._check_sources()
            self._check_screens()
        self._check_equal_numbers()
        self._check_keyboard()
        self._check_stream()
        self._check_quiet()
        self._check_cut_off(deaf)
        self._check_another_start()

    @contextlib.contextmanager
    def _listen(self):
        """Somebody who asks for the stream and does not read it."""
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.socket)
            client.send(f"GET {STREAM} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            yield client

    def _open_with_the_token(self):
        self.browser.open(PAGE)
        self._wait_for_link("A token is asked for")
        self.assertEqual(self.browser.press("wrong", Keys.ENTER), "token-text")
        wait_until(lambda: self.browser.text("#token-problem"), "it is refused", NOTICED_S)
        self._leave_picture("token")
        self.browser.press(self.token_file.read_text(encoding="ascii").strip(), Keys.ENTER)
        self._wait_for_link("Live")
        self.browser.complaints()  # that the token was asked for
        self.browser.open(PAGE)  # which knows it now
        self._wait_for_link("Live")

    def _check_event(self):
        begun = 'li[data-type="attack_start"]'
        wait_until(lambda: self.browser.text(begun), "the attack is an event", NOTICED_S)
        self.assertIn("Attack begins", self.browser.text(begun))

    def _check_growing_numbers(self):
        """Between two answers of the API, and they stand still during a pause."""
        def syns():
            return self._get("/v1/services")[0]["events"]["syns"]
        before = syns()
        wait_until(lambda: self._numbers("services", "SYNs")["web"] >= before, "news", NOTICED_S)
        self.browser.run("document.getElementById('pause').click()")
        shown = self._numbers("services", "SYNs")["web"]
        self.assertIn("Paused", self._link())
        wait_until(lambda: syns() > shown, "the flood goes on", NOTICED_S)
        self.assertGreaterEqual(shown, before)
        self.assertEqual(self._numbers("services", "SYNs")["web"], shown)
        self.browser.run("document.getElementById('pause').click()")
        wait_until(lambda: self._numbers("services", "SYNs")["web"] > shown, "news", NOTICED_S)
        self.assertRegex(self.browser.text("#figures .value"), r"^[\d.]+K$")

    def _check_sources(self):
        """Those that come again and again, of many that come once."""
        few = {f"198.19.0.{number}" for number in range(1, 5)}
        wait_until(lambda: set(self._numbers("sources", "SYNs")) == few, "sources", 2 * NOTICED_S)

    def _check_screens(self):
        self.axe, why = _axe()
        for scheme in ("light", "dark"):
            for width, height in SCREENS:
                with self.subTest(scheme=scheme, width=width):
                    self._check_screen(width, height, scheme)
        if why:
            with self.subTest("axe"):
                self.skipTest(why)

    def _check_screen(self, width, height, scheme):
        self.browser.show(width, height, scheme)
        self.assertEqual(self.browser.run("return innerWidth"), width)
        self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), width)
        self._leave_picture(f"{width}-{scheme}")
        if self.axe and width < 2000:
            self.browser.inject(self.axe)
            passes, violations = self.browser.run(AXE)
            self.assertEqual(violations, [])
            self.assertGreater(passes, 20)

    def _leave_picture(self, name):
        folder = os.environ.get("SYNSPLICE_PICTURES")
        if folder:
            picture = base64.b64decode(self.browser.picture())
            (pathlib.Path(folder) / f"page-{name}.png").write_bytes(picture)

    def _check_equal_numbers(self):
        """Nothing moves any more: every number is the API's."""
        def same():
            shown, told = self._shown(), self._told()
            return shown if shown == told else None

        shown = wait_until(same, "the same numbers", NOTICED_S)
        self.assertGreater(shown["drops"]["cookie_wrong"], 0)

    def _shown(self):
        return {"syns": self._numbers("services", "SYNs"),
                "opened": self._numbers("services", "Opened"),
                "backends": self._numbers("backends", "Opened"),
                "drops": self._numbers("drops", "Frames"),
                "workers": self._numbers("workers", "Frames")}

    def _told(self):
        services, backends = self._get("/v1/services"), self._get("/v1/backends")
        return {"syns": {item["service"]: item["events"]["syns"] for item in services},
                "opened": {item["service"]: item["events"]["connections_opened"]
                           for item in services},
                "backends": {item["backend"]: item["events"]["connections_opened"]
                             for item in backends},
                "drops": {item["reason"]: item["frames"]
                          for item in self._get("/v1/drops") if item["frames"]},
                "workers": {str(item["worker"]): item["frames"]
                            for item in self._get("/v1/workers")}}

    def _check_keyboard(self):
        """From the top, in the order of what is seen; a chart's table opens by a key."""
        self.browser.run("document.activeElement.blur(); scrollTo(0, 0)")
        charts = self.browser.run("return document.querySelectorAll('.chart').length")
        order = [self.browser.press(Keys.TAB) for _ in range(3 + charts)]
        self.assertEqual(order, ["skip", "pause", *["summary"] * charts, "timeline"])
        self.browser.press(Keys.SHIFT + Keys.TAB, Keys.NULL, Keys.ENTER)
        wait_until(lambda: self.browser.text("details[open] tbody th"), "a row", NOTICED_S)

    def _check_stream(self):
        """What curl hears in some seconds is as it is described."""
        heard = run(["curl", "-sN", "--max-time", "2", "--unix-socket", self.socket,
                     f"http://localhost{STREAM}"], check=False).stdout
        messages = [dict(line.split(": ", 1) for line in block.splitlines())
                    for block in heard.split("\n\n")[:-1] if not block.startswith(":")]
        for message in messages:
            data = json.loads(message["data"])
            if message["event"] == "status":
                Description().validate("Live", data)
            else:
                jsonschema.validate(data, EVENT)
        self.assertIn("1", [message.get("id") for message in messages])
        self.assertGreater([message["event"] for message in messages].count("status"), 1)

    def _check_quiet(self):
        """Nothing is wrong on the console, nobody else is asked."""
        self.assertEqual(self.browser.complaints(), [])
        requests = self.browser.requests()
        self.assertIn(f"{PAGE}page/main.js", requests)
        self.assertEqual([url for url in requests if not url.startswith(PAGE)], [])

    def _check_cut_off(self, deaf):
        poll = select.poll()
        poll.register(deaf, 0)  # a hang-up is always told
        wait_until(lambda: poll.poll(0), "who does not read is cut off", 60)

    def _check_another_start(self):
        self.appliance.stop()
        self._wait_for_link("Disconnected, trying again")
        self.browser.show(1280, 800, "light")
        self._leave_picture("lost")
        self.appliance = self.enterContext(
            Synsplice(self.lab, f"{self.lab.directory}/synsplice.yaml"))
        self._wait_for_link("Live")
        wait_until(lambda: self._numbers("services", "SYNs")["web"] == 0, "it began again",
                   NOTICED_S)


if __name__ == "__main__":
    _axe()  # while there is a network
    main()
