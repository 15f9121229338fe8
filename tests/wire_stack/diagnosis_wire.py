#!/usr/bin/python3
"""doctor and support-bundle beside a running appliance, and what it takes of the machine."""

import json
import os
import pathlib
import tarfile

from wire_test import WireTest, main
from wire_lab.dialogue import connect
from wire_lab.http import Nginx
from wire_lab.lab import CLIENT, SERVER
from wire_lab.process import run, wait_until

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
NOTICED_S = 8


class Diagnosis(WireTest):
    def prepare(self):
        self.folder = pathlib.Path(self.lab.directory)
        self.config, self.socket = self.folder / "synsplice.yaml", self.folder / "api.sock"
        self.sections = {
            "cookie": {"secret_file": str(self.folder / "secret")},  # made at the start
            "admin": {"socket": str(self.socket), "listen": "127.0.0.1:9117",
                      "token_file": str(self.folder / "token")}}
        Nginx(self.lab, self.server)

    def _doctor(self):
        """Exit status, and {(about, level): remedies}."""
        result = self.lab.box.run(SYNSPLICECTL, "doctor", str(self.config), "-o", "json",
                                  check=False)
        found = {}
        for row in json.loads(result.stdout):
            found.setdefault((row["about"], row["level"]), []).append(row["remedy"])
        return result.returncode, found

    def _waits_for(self, finding):
        wait_until(lambda: finding in self._doctor()[1], finding, NOTICED_S)
        return self._doctor()

    def test_doctor(self):
        status, found = self._waits_for(("ports", "ok"))
        self.assertEqual(status, 0, found)
        self.assertFalse([about for about, level in found if level == "wrong"])
        self.assertIn(("configuration", "ok"), found)

        # Stacks that leave checksums to a card that a veth pair has not.
        self.client.run("ethtool", "-K", "eth0", "tx", "on")
        self.lab.outside.run("ethtool", "-K", "to-box", "tx", "on")
        self.client.run("curl", "--max-time", "1", f"http://{SERVER}/", check=False)
        status, found = self._waits_for(("drops", "hint"))
        self.assertEqual(status, 0)
        self.assertIn("ethtool -K DEVICE tx off", found[("drops", "hint")])

        self.server.run("ip", "link", "set", "eth0", "down")
        status, found = self._waits_for(("ports", "wrong"))
        self.assertEqual(status, 1)
        self.assertIn("ip link set in0 up", found[("ports", "wrong")])

    def test_support_bundle(self):
        path = self.folder / "bundle.tar.gz"
        with connect(self.client, (SERVER, 80)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: web\r\n\r\n")
            self.assertTrue(connection.recv(1))  # by now it is a flow
            self.lab.box.run(SYNSPLICECTL, "support-bundle", str(self.config), "-o", str(path))
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        with tarfile.open(path) as archive:
            files = {member.name.partition("/")[2]: archive.extractfile(member).read().decode()
                     for member in archive}
        whole = "\n".join(files.values()).lower()
        for name in "secret", "token":
            text = (self.folder / name).read_text().strip()
            self.assertGreaterEqual(len(text), 32)
            self.assertNotIn(text.lower(), whole)
        self.assertNotIn(f"{CLIENT}:", whole)
        flow, = json.loads(files["api/flows.json"])
        self.assertRegex(flow["client"], r"\Aclient1:\d+\Z")
        self.assertEqual(flow["listener"], f"{SERVER}:80")
        self.assertIn('"driver": "veth"', files["machine/links.json"])

    def test_process_metrics(self):
        metrics = run(["curl", "-s", "--unix-socket", str(self.socket),
                       "http://localhost/metrics"]).stdout
        values = {name: float(value) for name, _, value in (
            line.partition(" ") for line in metrics.splitlines() if line.startswith("process_"))}
        self.assertEqual(len(values), 7)
        for name, value in values.items():
            self.assertGreater(value, 0, name)


if __name__ == "__main__":
    main()
