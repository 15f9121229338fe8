#!/usr/bin/python3
"""Reports and progress: HTML that is whole, asks nobody, and has the numbers that were printed."""

import base64
import contextlib
import html.parser
import io
import itertools
import json
import os
import pathlib
import pty
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]

from selenium import webdriver  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402

import demo_report  # noqa: E402
from reports import chart  # noqa: E402
from reports.document import Report  # noqa: E402
from reports.progress import Progress  # noqa: E402
from wire_lab.browser import ARGUMENTS, OWN  # noqa: E402

VOID = {"meta", "link", "line", "polyline"}
HOSTILE = '<script>alert("1")</script> & more'


def results():
    def act(success, connect_ms):
        samples = [(i / 10, connect_ms if i < 50 * success else None) for i in range(50)]
        return {"success": success, "connect_p50_ms": connect_ms, "connect_p99_ms": connect_ms,
                "new_connections_per_s": 12413.4 if success else None,
                "download_mbit_s": 1701.2 if success else None, "flood_pps": 99876.0,
                "samples": samples}
    return {"unprotected": act(0, None), "synsplice": act(1, 0.0625),
            "kernel_synproxy": act(0.5, 0.104), "wire": act(1, 0.071)}


class Page(html.parser.HTMLParser):
    """Every element is closed in its order; tables, and the points of each line."""

    def __init__(self, text):
        super().__init__()
        self.open = []
        self.cells = []
        self.lines = []
        self.attributes = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.attributes += attributes
        if tag in ("th", "td"):
            self.cells.append("")
        if tag == "polyline":
            self.lines.append(dict(attributes)["points"].split())
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.attributes += attributes
        if tag == "polyline":
            self.lines.append(dict(attributes)["points"].split())

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            raise ValueError(f"{tag} is closed, {self.open} are open")

    def handle_data(self, data):
        if self.open and self.open[-1] in ("th", "td"):
            self.cells[-1] += data


class DemoReport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "demo.html")
            demo_report.write(path, 100_000, results(), [HOSTILE])
            cls.text = path.read_text(encoding="utf-8")
        cls.page = Page(cls.text)

    def test_is_whole(self):
        self.assertTrue(self.text.startswith("<!DOCTYPE html>\n"))
        self.assertEqual(self.page.open, [])
        self.assertNotIn("<script", self.text)

    def test_asks_nobody(self):
        for name, value in self.page.attributes:
            if name in ("href", "src"):
                self.assertTrue(value.startswith("data:"), value)
        self.assertNotRegex(self.text, r"https?://|url\(|@import")

    def test_numbers_are_those_printed(self):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            demo_report.print_table(results())
        told = [cell for line in printed.getvalue().splitlines()
                for cell in re.split(r"  +", line.strip())]
        self.assertIn("12413", told)
        where = self.page.cells.index("success") - 1
        self.assertEqual(self.page.cells[where:where + len(told)], told)

    def test_lines_are_the_samples(self):
        """Four acts of success, and three that had any connection."""
        self.assertEqual(len(self.page.lines), 7)
        self.assertEqual([len(points) for points in self.page.lines], [10] * 4 + [50, 25, 50])
        top, bottom = chart.TOP, chart.HEIGHT - chart.BOTTOM
        self.assertTrue(all(point.endswith(f",{bottom:.1f}") for point in self.page.lines[0]))
        self.assertTrue(all(point.endswith(f",{top:.1f}") for point in self.page.lines[1]))

    def test_texts_hold_anything(self):
        report = Report(HOSTILE)
        report.heading(HOSTILE)
        report.table([HOSTILE], [[HOSTILE]])
        report.figure(chart.line_chart(HOSTILE, {HOSTILE: [(1, 1)]}, (HOSTILE, HOSTILE)))
        self.assertEqual(Page(report.text()).cells, [HOSTILE, HOSTILE])
        self.assertNotIn("<script", report.text())


@unittest.skipUnless(shutil.which("chromedriver"), "chromium-driver is not installed")
class InTheBrowser(unittest.TestCase):
    """At both ends of the screens that there are, dark and light."""

    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.path = folder / "demo.html"
        demo_report.write(self.path, 100_000, results(), [])
        self.browser = self._start(folder)
        self.addCleanup(self.browser.quit)

    def _start(self, folder):
        options = webdriver.ChromeOptions()
        for argument in (*ARGUMENTS, f"--user-data-dir={folder}/browser"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        return webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)

    def _show(self, width, scheme):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def _leave_picture(self, path):
        whole = {"format": "png", "captureBeyondViewport": True}
        picture = self.browser.execute_cdp_cmd("Page.captureScreenshot", whole)["data"]
        path.write_bytes(base64.b64decode(picture))

    def _requests(self):
        messages = [json.loads(entry["message"])["message"]
                    for entry in self.browser.get_log("performance")]
        urls = {message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"}
        return {url for url in urls if not url.startswith(OWN)}

    def test_shows_it_quietly(self):
        self.browser.get(self.path.as_uri())
        for width, scheme in itertools.product((360, 1280), ("light", "dark")):
            self._show(width, scheme)
            across = self.browser.execute_script("return document.documentElement.scrollWidth")
            self.assertLessEqual(across, width)
            if folder := os.environ.get("SYNSPLICE_PICTURES"):
                self._leave_picture(pathlib.Path(folder, f"report-{width}-{scheme}.png"))
        self.assertEqual(self.browser.get_log("browser"), [])
        self.assertEqual(self._requests(), {self.path.as_uri()})


class Chart(unittest.TestCase):
    def test_ticks_are_round(self):
        self.assertEqual(chart.ticks(100), [0, 20, 40, 60, 80, 100])
        self.assertEqual(chart.ticks(0), [0])
        for highest in (1e-4, 0.07, 3, 99, 12345):
            ticks = chart.ticks(highest)
            self.assertLessEqual(len(ticks), chart.MOST_TICKS + 1)
            self.assertGreater(len(ticks), 2)
            self.assertLessEqual(ticks[-1], highest * 1.0001)

    def test_powers_of_ten(self):
        axis = chart.Logarithmic(0.06, 31)
        self.assertEqual(axis.ticks, [0.01, 0.1, 1, 10, 100])
        self.assertEqual([axis.place(value) for value in (0, 0.01, 1, 100)], [0, 0, 0.5, 1])

    def test_without_points(self):
        Page(chart.line_chart("nothing", {"a": [], "b": []}, ("x", "y")))
        self.assertEqual(chart.Logarithmic.of({"a": []}).ticks, [1, 10])

    def test_points_are_bounded(self):
        points = [(i, i) for i in range(100_000)]
        lines = Page(chart.line_chart("much", {"a": points}, ("x", "y"))).lines
        self.assertLessEqual(len(lines[0]), chart.MOST_POINTS)


class ProgressLine(unittest.TestCase):
    def _shown(self, columns):
        """What a terminal of this width gets."""
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        if columns:
            subprocess.run(["stty", "columns", str(columns)], stdin=slave, check=True)
        with open(slave, "w", encoding="ascii") as stream:
            with Progress(4, stream) as progress:
                progress.step("the first act")
                progress.say("something that goes on")
        shown = b""
        with contextlib.suppress(OSError):  # the other end is closed
            while piece := os.read(master, 4096):
                shown += piece
        return shown.decode()

    def test_is_no_wider_than_the_terminal(self):
        shown = self._shown(30)
        self.assertTrue(shown.endswith("\r\033[K"))
        texts = shown.split("\r\033[K")
        self.assertEqual(texts[1], "[1/4] the first act (0 s)")
        self.assertEqual(texts[2], "[1/4] the first act: somethin")
        self.assertNotRegex(shown, "\033\\[[0-9;]*m")

    def test_nothing_where_nobody_looks(self):
        stream = io.StringIO()
        with Progress(4, stream) as progress:
            progress.step("act")
            progress.say("more")
        self.assertEqual(stream.getvalue(), "")


class Relay(unittest.TestCase):
    def test_connections_are_handed_on(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        there = self.enterContext(socket.socket(socket.AF_UNIX))
        there.bind(f"{folder}/api.sock")
        there.listen()
        relay = self.enterContext(subprocess.Popen(
            [sys.executable, str(ROOT / "scripts/reports/relay.py"), f"{folder}/api.sock"],
            stdout=subprocess.PIPE, text=True))
        self.addCleanup(relay.terminate)
        port = int(relay.stdout.readline())

        def answer():
            connection, _ = there.accept()
            with connection, connection.makefile("rwb") as file:
                file.write(file.readline().upper())

        thread = threading.Thread(target=answer)
        thread.start()
        with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
            client.sendall(b"question\n")
            with client.makefile("rb") as file:
                self.assertEqual(file.read(), b"QUESTION\n")
        thread.join()


class Demo(unittest.TestCase):
    def _refused(self, *arguments):
        result = subprocess.run([str(ROOT / "scripts/demo.py"), *arguments], capture_output=True,
                                text=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
        self.assertEqual(result.returncode, 2)
        return result.stderr

    def test_wrong_command_lines(self):
        self.assertIn("--keep waits for Enter: it needs a terminal", self._refused("--keep"))
        self.assertIn("there is no folder /nowhere", self._refused("--report", "/nowhere/x.html"))


if __name__ == "__main__":
    unittest.main()
