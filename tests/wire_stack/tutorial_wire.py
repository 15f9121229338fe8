#!/usr/bin/python3
"""The tutorial of the manual, its commands as they stand, in a sandbox."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from wire_test import main
from wire_lab.appliance import ROOT

SYNSPLICECTL = pathlib.Path(os.environ["SYNSPLICECTL"])
PAGE = ROOT / "docs" / "tutorial.md"


class Tutorial(unittest.TestCase):
    def test_every_command_works(self):
        blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
        script = "set -eu\n" + "".join(blocks)
        with tempfile.TemporaryDirectory(dir="/run") as name:
            folder = pathlib.Path(name)
            result = subprocess.run(
                ["bash", "-c", script], cwd=folder, timeout=120, check=False, text=True,
                capture_output=True,
                env={**os.environ, "PATH": f"{SYNSPLICECTL.parent}:{os.environ['PATH']}"})
            told = f"{result.stdout}\n{result.stderr}"
            self.assertEqual(result.returncode, 0, told)
            for page in "page.html", "flooded.html":
                self.assertIn("Directory listing", (folder / page).read_text(), told)
        events = [json.loads(line)["event_type"] for line in result.stdout.splitlines()
                  if line.startswith('{"timestamp"')]
        self.assertIn("attack_start", events, told)
        self.assertIn("198.18.0.1:", result.stdout)
        self.assertNotIn("WRONG", result.stdout)
        self.assertIn("tutorial.yaml is good", result.stdout)


if __name__ == "__main__":
    main()
