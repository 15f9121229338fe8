#!/usr/bin/python3
"""scripts/attack from its command line to its report, with one short attack. Whether that attack is
mitigated is the machine's as well; exit status, table, page and numbers must agree about it."""

import json
import pathlib
import subprocess
import tempfile
import unittest

from wire_test import main
from wire_lab.appliance import ROOT

NAME, RATE = "rst-flood", 2000


class AttackScript(unittest.TestCase):
    def test_one_attack(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        page, numbers = folder / "attack.html", folder / "attack.json"
        run = subprocess.run(
            [str(ROOT / "scripts" / "attack.py"), NAME, "--seconds", "1", "--rate", str(RATE),
             "--report", str(page), "--json", str(numbers)],
            capture_output=True, text=True, timeout=120, check=False)
        print(run.stdout, run.stderr)
        act = json.loads(numbers.read_text())[NAME]["synsplice"]
        self.assertGreater(act["during"]["attempts"], 0)
        self.assertGreater(act["counted"]["drops.rst_without_flow"], RATE / 2)
        mitigated = f"\n{NAME}: mitigated: " in run.stdout
        self.assertEqual(run.returncode, 0 if mitigated else 1)
        self.assertIn(f"{NAME}: mitigated" if mitigated else f"{NAME}: NOT", page.read_text())


if __name__ == "__main__":
    main()
