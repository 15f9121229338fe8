#!/usr/bin/python3
"""Starting and ending: what an operator sees, and that nothing is left running."""

import contextlib
import os
import pathlib
import re
import socket
import unittest

from wire_test import TRANSPARENT, main
from wire_lab.appliance import PROGRAM, ROOT, Synsplice, write_configuration
from wire_lab.http import Nginx, fetch
from wire_lab.lab import SERVER, Lab
from wire_lab.xdp import occupy


class Start(unittest.TestCase):
    def setUp(self):
        self.lab = self.enterContext(Lab())

    def _appliance(self, *options, **configuration):
        config_file = write_configuration(self.lab, TRANSPARENT, **configuration)
        return Synsplice(self.lab, config_file, options)

    def _refusal(self, **configuration):
        """The output of an appliance that must not start."""
        appliance = self._appliance(**configuration)
        with self.assertRaises(RuntimeError), appliance:
            pass
        self.assertEqual(appliance.process.wait(5), 1)
        return appliance.process.output()

    def _secret(self):
        return pathlib.Path(self.lab.directory) / "secret"

    def test_device_that_does_not_exist(self):
        output = self._refusal(devices=("net_af_xdp0,iface=out0", "net_af_xdp1,iface=nosuch0"))
        self.assertIn("nosuch0", output)
        self.assertEqual(len(output.splitlines()), 1, output)

    def test_frames_larger_than_the_buffers(self):
        self.assertRegex(self._refusal(ports={"mtu": 9000}),
                         r"synsplice.yaml:\d+:\d+: .*(mtu|mbuf_data_room)")

    @unittest.skipIf("LSAN_OPTIONS" in os.environ, "sanitizers want the address space themselves")
    def test_tables_larger_than_the_memory(self):
        config_file = write_configuration(self.lab, TRANSPARENT, flow_table={"entries": 1 << 26})
        result = self.lab.box.run("prlimit", f"--as={3 << 30}", PROGRAM, "--config", config_file,
                                  check=False)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"\Asynsplice: no \d+ MiB of memory for the tables: "
                                        r"flow_table.entries,[^\n]*\n\Z")

    def test_buffers_that_only_just_suffice(self):
        """Fewer are refused with the number that is needed; with that many, reception goes on while
        the most early data is held."""
        handshake = {"hold_frames_total": 352, "hold_frames": 8}
        output = self._refusal(memory={"mbufs": 4400}, handshake=handshake)
        needed = int(re.search(r"memory.mbufs: 4400 are too few .*, from (\d+):", output)[1])
        self.lab.server.run("nft", """table inet silent {
            chain input {
                type filter hook input priority 0;
                tcp dport 80 drop
            }
        }""")
        with self._appliance(memory={"mbufs": needed}, handshake=handshake) as appliance, \
                contextlib.ExitStack() as connections:
            for _ in range(44):
                client = connections.enter_context(self.lab.client.socket())
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                client.connect((SERVER, 80))
                for _ in range(8):
                    client.send(b"x")
            self.lab.client.run("ping", "-c", "3", "-i", "0.2", "-W", "1", SERVER)
        self.assertGreaterEqual(appliance.stop()["events"]["held"], 44)

    def test_unknown_key(self):
        output = self._refusal(flow_tabel={"entries": 1024})
        self.assertRegex(output, r"synsplice.yaml:\d+:\d+: flow_tabel: .*'flow_table'")

    def test_secret_readable_by_others(self):
        self._secret().write_text("00" * 16 + "\n")
        self._secret().chmod(0o644)
        output = self._refusal(cookie={"secret_file": str(self._secret())})
        self.assertIn(str(self._secret()), output)

    def test_secret_is_made_for_the_owner_only(self):
        with self._appliance(cookie={"secret_file": str(self._secret())}):
            self.assertEqual(self._secret().stat().st_mode & 0o777, 0o600)

    def test_example_of_the_readme(self):
        """As it stands, but for the names of the interfaces and the place of the secret."""
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        example = re.search(r"## A configuration to start from\n+```yaml\n(.*?)```", text,
                            re.DOTALL)
        secret = pathlib.Path(self.lab.directory) / "synsplice" / "secret"
        config = example[1].replace("=eth1", "=out0").replace("=eth2", "=in0")
        config_file = pathlib.Path(self.lab.directory) / "example.yaml"
        config_file.write_text(config.replace("/etc/synsplice/secret", str(secret)))
        with Synsplice(self.lab, config_file):
            self.assertEqual(secret.stat().st_mode & 0o777, 0o600)
            self.assertEqual(secret.parent.stat().st_mode & 0o777, 0o700)

    def test_final_counters_on_sigterm(self):
        Nginx(self.lab, self.lab.server)
        with self._appliance() as appliance:
            fetch(self.lab.client, f"http://{SERVER}/")
        self.assertEqual(appliance.stop()["events"]["flows_spliced"], 1)
        self.assertIn("flows_spliced", appliance.process.output())

    def test_counters_that_cannot_be_written(self):
        config_file = write_configuration(self.lab, TRANSPARENT)
        victim = pathlib.Path(self.lab.directory) / "victim"
        link = pathlib.Path(self.lab.directory) / "link"
        victim.write_text("precious")
        link.symlink_to(victim)
        for path in ("/nosuch/counters.json", link):
            result = self.lab.box.run(PROGRAM, "--config", config_file, "--json", path, check=False)
            self.assertEqual(result.returncode, 1)
            self.assertIn(f'the file "{path}" cannot be written', result.stderr)
            self.assertNotIn("ready", result.stderr)
        self.assertEqual(victim.read_text(), "precious")

    def test_secret_of_another_user(self):
        self._secret().write_text("00" * 16 + "\n")
        self._secret().chmod(0o600)
        os.chown(self._secret(), 1, 1)
        self.assertIn("belongs to user 1",
                      self._refusal(cookie={"secret_file": str(self._secret())}))

    def test_queue_that_another_has(self):
        """One sentence, and nothing is left of it when the other has gone."""
        with contextlib.closing(occupy(self.lab.box, "out0")):
            output = self._refusal()
        self.assertRegex(output, r"\Asynsplice: the outside port [^\n]*it refuses a receive queue"
                                 r"[^\n]*\n\Z")
        Nginx(self.lab, self.lab.server)
        with self._appliance():
            fetch(self.lab.client, f"http://{SERVER}/")

    def test_duration(self):
        with self._appliance("--duration", "1") as appliance:
            self.assertEqual(appliance.process.wait(10), 0)


if __name__ == "__main__":
    main()
