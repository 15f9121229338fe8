#!/usr/bin/python3
"""Starting and ending: what an operator sees, and that nothing is left running."""

import pathlib
import unittest

from wire_test import TRANSPARENT, main
from wire_lab.appliance import Synsplice
from wire_lab.http import Nginx, fetch
from wire_lab.lab import SERVER, Lab


class Start(unittest.TestCase):
    def setUp(self):
        self.lab = self.enterContext(Lab())

    def _refusal(self, appliance):
        """The output of an appliance that must not start."""
        with self.assertRaises(RuntimeError), appliance:
            pass
        self.assertEqual(appliance.process.wait(5), 1)
        return appliance.process.output()

    def test_device_that_does_not_exist(self):
        devices = ("net_af_xdp0,iface=out0", "net_af_xdp1,iface=nosuch0")
        output = self._refusal(Synsplice(self.lab, TRANSPARENT, devices=devices))
        self.assertIn("nosuch0", output)

    def test_frames_larger_than_the_buffers(self):
        output = self._refusal(Synsplice(self.lab, TRANSPARENT, ports={"mtu": 9000}))
        self.assertRegex(output, r"synsplice.yaml:\d+:\d+: .*mtu|mbuf_data_room")

    def test_unknown_key(self):
        output = self._refusal(Synsplice(self.lab, TRANSPARENT, flow_tabel={"entries": 1024}))
        self.assertRegex(output, r"synsplice.yaml:\d+:\d+: .*flow_tabel")
        self.assertIn("flow_table", output.replace("flow_tabel", ""))

    def test_secret_readable_by_others(self):
        secret = pathlib.Path(self.lab.directory) / "secret"
        secret.write_text("00" * 16 + "\n")
        secret.chmod(0o644)
        self.assertIn(str(secret), self._refusal(Synsplice(self.lab, TRANSPARENT)))

    def test_secret_is_made_for_the_owner_only(self):
        with Synsplice(self.lab, TRANSPARENT):
            secret = pathlib.Path(self.lab.directory) / "secret"
            self.assertEqual(secret.stat().st_mode & 0o777, 0o600)

    def test_final_counters_on_sigterm(self):
        Nginx(self.lab, self.lab.server)
        with Synsplice(self.lab, TRANSPARENT) as appliance:
            fetch(self.lab.client, f"http://{SERVER}/")
        self.assertEqual(appliance.counters["events"]["flows_spliced"], 1)
        self.assertIn("flows_spliced", appliance.process.output())

    def test_duration(self):
        appliance = Synsplice(self.lab, TRANSPARENT, options=("--duration", "1"))
        with appliance:
            self.assertEqual(appliance.process.wait(10), 0)


if __name__ == "__main__":
    main()
