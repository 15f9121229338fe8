#!/usr/bin/python3
"""One address is two services, each in a VLAN of its own: clients of one get cookies, those of the
other do not. In a third VLAN it is nobody's."""

import json
import os

from wire_test import WireTest, main
from wire_lab.dialogue import connect
from wire_lab.http import Nginx, download
from wire_lab.lab import SERVER, SERVER6
from wire_lab.process import run, wait_until
from wire_lab.tags import HOST_MTU, LAB_MTU, tag_host

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
CHALLENGED, WATCHED, OTHER = 10, 20, 30
TOLD_S = 5
LISTEN = [f"{SERVER}:80", f"[{SERVER6}]:80"]


class Vlans(WireTest):
    lab_options = {"mtu": LAB_MTU}
    services = [{"name": "shop", "listen": LISTEN, "vlans": [CHALLENGED], "when_down": "reset"},
                {"name": "test", "listen": LISTEN, "vlans": [WATCHED], "mode": "off"}]

    def prepare(self):
        self.socket = f"{self.lab.directory}/api.sock"
        self.sections = {"ports": {"mtu": HOST_MTU}, "admin": {"socket": self.socket}}
        self.nginx = Nginx(self.lab, self.server)
        self.vlan = None

    def _ctl(self, *arguments):
        return run([SYNSPLICECTL, *arguments, "--socket", self.socket]).stdout

    def _services(self):
        return {view["service"]: view["events"]
                for view in json.loads(self._ctl("show", "services", "-o", "json"))}

    def _move_to(self, vlan):
        """From now on client and server speak in this VLAN."""
        for host in (self.client, self.server):
            if self.vlan is not None:
                host.run("tc", "qdisc", "del", "dev", "eth0", "clsact")
            tag_host(self.lab, host, vlan)
        self.vlan = vlan

    def _download(self):
        for host in (SERVER, f"[{SERVER6}]"):
            digest, _ = download(self.client, f"http://{host}/payload", self.lab.directory, 5)
            self.assertEqual(digest, self.nginx.payload_sha256, host)

    def _ask(self, connection):
        connection.settimeout(5)
        connection.sendall(b"HEAD / HTTP/1.1\r\nHost: web\r\n\r\n")
        self.assertTrue(connection.recv(4096).startswith(b"HTTP/1.1 "))

    def test_one_is_challenged_and_the_other_is_not(self):
        self._move_to(CHALLENGED)
        spliced = connect(self.client, (SERVER, 80))
        with spliced:
            self._ask(spliced)
            self._download()
            for vlan in (WATCHED, OTHER):
                self._move_to(vlan)
                self._download()
            self._move_to(CHALLENGED)
            self._ask(spliced)
        events = self.events()
        self.assertEqual(events["cookies_sent"], 3)
        self.assertEqual(events["flows_spliced"], 3)
        self.assertEqual(events["flows_noted"], 2)

    def test_each_has_its_numbers_and_its_backend(self):
        for vlan in (CHALLENGED, WATCHED):
            self._move_to(vlan)
            self._download()
        self._ctl("drain", f"{SERVER}:80@{CHALLENGED}")
        self._download()
        self._move_to(CHALLENGED)
        with self.assertRaises(ConnectionRefusedError):
            connect(self.client, (SERVER, 80))
        wait_until(lambda: self._services()["shop"]["syns"] == 3, "the refused one", TOLD_S)
        services = self._services()
        self.assertEqual(services["shop"]["cookies_sent"], 2)
        self.assertEqual((services["test"]["syns"], services["test"]["cookies_sent"]), (4, 0))
        backends = json.loads(self._ctl("show", "backends", "-o", "json"))
        self.assertEqual({view["backend"]: view["drained"] for view in backends},
                         {f"{SERVER}:80@{CHALLENGED}": True, f"{SERVER}:80@{WATCHED}": False,
                          f"[{SERVER6}]:80@{CHALLENGED}": False,
                          f"[{SERVER6}]:80@{WATCHED}": False})
        self._ctl("enable", f"{SERVER}:80@{CHALLENGED}")
        self._download()


if __name__ == "__main__":
    main()
