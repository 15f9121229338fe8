"""The base of the wire tests: a lab and an appliance for every test."""

import os
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from wire_lab import sandbox  # noqa: E402
from wire_lab.appliance import Synsplice, write_configuration  # noqa: E402
from wire_lab.lab import SERVER, SERVER6, Lab  # noqa: E402

SKIPPED = 77  # ctest's SKIP_RETURN_CODE

TRANSPARENT = [{"name": "web", "listen": [f"{SERVER}:80", f"[{SERVER6}]:80"]}]


class WireTest(unittest.TestCase):
    """Subclasses choose the hosts and the configuration, and prepare hosts in `prepare`."""

    lab_options = {}
    services = TRANSPARENT
    sections = {}  # of the configuration, besides services; "devices" and "ports" choose the ports

    def setUp(self):
        self.lab = self.enterContext(Lab(**self.lab_options))
        self.client, self.server = self.lab.client, self.lab.server
        self.prepare()
        config_file = write_configuration(self.lab, self.services, **self.sections)
        self.appliance = self.enterContext(Synsplice(self.lab, config_file))
        self.addCleanup(self._report)

    def prepare(self):
        """What has to be in place before the appliance starts."""

    def _report(self):
        """Shown by ctest when the test fails."""
        print(self.id())
        self.appliance.stop()
        print(self.appliance.process.output())

    def events(self):
        """The event counters; ends the appliance."""
        return self.appliance.stop()["events"]

    def drops(self):
        """The drop counters by reason; ends the appliance."""
        return self.appliance.stop()["drops"]


def main():
    if os.geteuid() != 0:
        print("wire tests need root: they make network namespaces")
        sys.exit(SKIPPED)
    sandbox.enter()
    unittest.main(verbosity=2)
