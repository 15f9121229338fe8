#!/usr/bin/python3
"""Another configuration for a running appliance: nothing is lost, and what is wrong changes
nothing. Two workers."""

import copy
import json
import os
import signal
import socket
import time

from wire_test import WireTest, main
from wire_lab.appliance import write_configuration
from wire_lab.flood import Flood
from wire_lab.http import Nginx, download
from wire_lab.lab import SERVER, SERVER6
from wire_lab.process import run, wait_until
from wire_lab.soak_loads import VIRTUAL, Streams, Wrk
from wire_lab.streams import IPERF_PORT

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
RELOADS = 100
LOAD_S = 15
NOTICED_S = 5
SERVICES = [
    {"name": "web", "listen": [f"{SERVER}:80", f"[{SERVER6}]:80"], "connlimit": {"above": 1000}},
    {"name": "nat", "listen": [f"{VIRTUAL}:80"], "backends": [f"{SERVER}:8080"]},
    {"name": "iperf", "listen": [f"{SERVER}:{IPERF_PORT}", f"[{SERVER6}]:{IPERF_PORT}"]},
]


def another(number):
    """The services as the reload of this number has them."""
    services = copy.deepcopy(SERVICES)
    services[0]["connlimit"]["above"] = 1000 + number
    if number % 2:
        services.reverse()
        services.append({"name": f"extra{number % 8}", "listen": [f"{SERVER}:{9000 + number % 8}"]})
        services[1]["backends"].append(f"{SERVER}:8081")
    return services


class Reload(WireTest):
    services = SERVICES

    def prepare(self):
        self.socket = f"{self.lab.directory}/api.sock"
        self.sections = {"workers": 2, "admin": {"socket": self.socket}}
        Nginx(self.lab, self.server, ports=(80, 8080, 8081, 9000))

    def _write(self, services=None, **sections):
        write_configuration(self.lab, services or SERVICES, **{**self.sections, **sections})

    def _ctl(self, *arguments, **options):
        return run([SYNSPLICECTL, *arguments, "--socket", self.socket], **options)

    def _refused(self, *arguments):
        """What it says when it refuses."""
        result = self._ctl(*arguments, check=False)
        self.assertEqual(result.returncode, 1, result.stdout)
        return result.stderr

    def _config(self):
        return json.loads(self._ctl("show", "config", "-o", "json").stdout)

    def _limit(self):
        text = json.loads(self._config()["text"])
        return next(of for of in text["services"] if of["name"] == "web")["connlimit"]["above"]

    def _hang_up(self):
        before = self._config()
        self.appliance.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self._config() != before, "an answer to SIGHUP", NOTICED_S)

    def test_a_hundred_reloads_under_load_and_flood(self):
        self.server.start("iperf3", "--server", "--port", str(IPERF_PORT))
        with Flood(self.lab, "syn-flood-v4", LOAD_S + 30, rate=20_000):
            loads = [Wrk(self.lab, LOAD_S, closing=True), Wrk(self.lab, LOAD_S, closing=False),
                     Streams(self.lab, LOAD_S)]
            for number in range(1, RELOADS + 1):
                self._write(another(number))
                if number % 10:
                    self._ctl("reload")
                else:
                    self._hang_up()
                time.sleep(LOAD_S / RELOADS / 2)
            for load in loads:
                load.finish()
        self.assertEqual(self._config()["version"], RELOADS + 1)
        self.assertEqual(self._limit(), 1000 + RELOADS)
        for load in loads:
            self.assertGreater(load.done, 0, load.name)
            self.assertEqual(load.failures, [], load.name)

    def test_one_configuration_after_another(self):
        """One appliance for all of them: each start takes a second."""
        with self.subTest("a dry run"):
            self._write(another(7))
            shown = self._ctl("reload", "--dry-run", "--diff").stdout
            self.assertIn("~ services[web].connlimit.above: 1000 -> 1007\n", shown)
            self.assertIn("version 1 stays in force", shown)
            self.assertEqual(self._limit(), 1000)
        with self.subTest("what is wrong changes nothing"):
            self._check_refusals()
        with self.subTest("a text that follows a version"):
            self._check_put()
        with self.subTest("back by itself"):
            self._check_confirm()
        with self.subTest("a service of its own"):
            self._check_new_service()

    def _check_refusals(self):
        self._file().write_text("services: [", encoding="utf-8")
        self.assertIn("YAML", self._refused("reload"))
        other = self._file().with_name("$&other.yaml")  # nothing that a replacement means
        other.write_text("frobs: 1\nwrongs: 2\n", encoding="utf-8")
        told = self._refused("reload", str(other))
        for line in 1, 2:
            self.assertIn(f"{other}:{line}:", told)
        self.assertNotIn("request:", told)
        self._write(flow_table={"entries": 1000})
        self.assertIn("flow_table.entries: takes a restart", self._refused("reload", "--diff"))
        self.appliance.process.send_signal(signal.SIGHUP)
        self.appliance.process.wait_for_output("SIGHUP: the configuration stays as it is",
                                               NOTICED_S)
        self.assertIn("flow_table.entries", self._config()["failure"])
        self.assertIn("config_last_reload_successful 0", self._get("/metrics"))
        self.assertIn("the latest reload has failed", self._get("/healthz"))
        self._write()
        self._ctl("reload")
        self.assertIsNone(self._config()["failure"])
        self.assertIn("config_last_reload_successful 1", self._get("/metrics"))
        self.assertEqual(self._limit(), 1000)

    def _file(self):
        return write_configuration(self.lab, SERVICES, **self.sections)

    def _get(self, path):
        return run(["curl", "--silent", "--unix-socket", self.socket,
                    f"http://localhost{path}"]).stdout

    def _check_put(self):
        file = self._file()
        self._write(another(2))
        self._ctl("reload", str(file), "--diff")
        self.assertEqual(self._limit(), 1002)
        self.assertFalse(self._config()["from_file"])
        version = self._config()["version"]
        status = run(["curl", "--silent", "--unix-socket", self.socket, "--request", "PUT",
                      "--data-binary", f"@{file}", "--output", "/dev/null",
                      "--write-out", "%{http_code}",
                      f"http://localhost/v1/config?version={version - 1}"]).stdout
        self.assertEqual(status, "409")
        self._ctl("rollback")
        self.assertEqual(self._limit(), 1000)

    def _check_confirm(self):
        self._write(another(3))
        self._ctl("reload", "--confirm", "2s")
        wait_until(lambda: self._limit() == 1000, "the configuration before", 2 + NOTICED_S)
        self._ctl("reload", "--confirm", "1h")
        self.assertIn("waits to be confirmed", self._refused("reload"))
        self._ctl("confirm")
        self.assertIsNone(self._config()["confirm_until"])
        self.assertEqual(self._limit(), 1003)
        self.assertIn("nothing waits", self._refused("confirm"))

    def _check_new_service(self):
        """A server of its own behind it is reached, before, in between and afterwards."""
        self._write()
        self._ctl("reload")
        self._reach()
        self._write(SERVICES + [{"name": "extra", "listen": [f"{SERVER}:9000"]}])
        self._ctl("reload")
        self._reach()
        with self.client.entered(), socket.create_connection((SERVER, 9000), timeout=5) as held:
            wait_until(lambda: self._extra()["events"]["connections_opened"] == 2, "two", NOTICED_S)
            self._write()
            self._ctl("reload")
            self._reach()
            self.assertTrue(self._extra()["removed"])
            held.sendall(b"GET / HTTP/1.0\r\n\r\n")
            self.assertIn(b"200 OK", held.recv(1000))

    def _reach(self):
        digest, _ = download(self.client, f"http://{SERVER}:9000/", self.lab.directory, 5)
        self.assertIsNotNone(digest)

    def _extra(self):
        services = json.loads(self._ctl("show", "services", "-o", "json").stdout)
        return next(service for service in services if service["service"] == "extra")


if __name__ == "__main__":
    main()
