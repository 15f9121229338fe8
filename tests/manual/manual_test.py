#!/usr/bin/python3
"""The manual as a site: it builds without a warning, asks nobody for anything, is whole."""

import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What a browser fetches by itself.
STYLES = r"""(url\(['"]?|@import )(\w+:)?//"""
FETCHED = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src"}


class Assets(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if (value := dict(attributes).get(FETCHED.get(tag))) is not None:
            self.found.append(value)


@unittest.skipUnless(shutil.which("mkdocs"), "mkdocs is not installed")
class Manual(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.site = pathlib.Path(folder.name, "site")
        # Nobody can be asked, not even by mistake.
        environment = {**os.environ, "https_proxy": "http://127.0.0.1:9",
                       "http_proxy": "http://127.0.0.1:9", "PYTHONDONTWRITEBYTECODE": "1"}
        cls.built = subprocess.run(["mkdocs", "build", "--site-dir", cls.site], cwd=ROOT, text=True,
                                   capture_output=True, timeout=120, check=False, env=environment)

    def page(self, name):
        return (self.site / name).read_text(encoding="utf-8")

    def test_builds_without_a_warning(self):
        self.assertEqual(self.built.returncode, 0, self.built.stderr)
        self.assertNotIn("WARNING", self.built.stderr)
        # Such as pages that the navigation leaves out.
        self.assertNotIn("not included", self.built.stderr)

    def test_asks_nobody(self):
        pages = sorted(self.site.glob("*.html"))
        self.assertGreater(len(pages), 20)
        for page in pages:
            for target in Assets(page.read_text(encoding="utf-8")).found:
                self.assertNotRegex(target, r"^(\w+:)?//", page.name)
        for style in self.site.rglob("*.css"):
            self.assertNotRegex(style.read_text(encoding="utf-8"), STYLES)

    def test_links_lead_somewhere(self):
        for page in self.site.glob("*.html"):
            for target, anchor in re.findall(r'href="([\w.-]+\.html)(?:#([^"]+))?"',
                                             page.read_text(encoding="utf-8")):
                self.assertTrue((self.site / target).exists(), f"{page.name}: {target}")
                if anchor:
                    self.assertIn(f'id="{anchor}"', self.page(target), f"{page.name}: {target}")

    def test_generated_pages_are_whole(self):
        reasons, keys, api = map(self.page, ("reasons.html", "configuration.html", "api.html"))
        include = ROOT / "include" / "synsplice" / "base"
        for header in "reason.h", "counters.h":
            labels = re.findall(r'X\(k\w+,\s*"(\w+)"', (include / header).read_text())
            self.assertGreater(len(labels), 30)
            for label in filter(lambda label: label != "none", labels):
                self.assertIn(f"<td><code>{label}</code></td>", reasons)
        manual = (ROOT / "docs/man/synsplice.yaml.5.scd").read_text()
        names = re.findall(r"(?m)^\*([\w.\[\]]+)\* [_*]", manual)
        self.assertGreater(len(names), 40)
        self.assertEqual(re.findall(r"<h3[^>]*><code>([^<]*)</code></h3>", keys), names)
        paths = re.findall(r"(?m)^  (/\S+):$", (ROOT / "docs/openapi.yaml").read_text())
        for path in paths:
            self.assertRegex(api, rf"<h2[^>]*>(GET|DELETE|POST|PUT) {path}</h2>")


if __name__ == "__main__":
    unittest.main()
