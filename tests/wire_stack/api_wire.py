#!/usr/bin/python3
"""The API of a running appliance: what it tells is what happens, and asking costs no packets."""

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import socket
import struct
import subprocess
import termios
import time

from wire_test import TRANSPARENT, WireTest, main
from wire_lab.appliance import ROOT
from wire_lab.http import Nginx, fetch
from wire_lab.lab import CLIENT, SERVER
from wire_lab.openapi import Description
from wire_lab.process import TRAFFIC_CPU, run, wait_until

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
SNAPSHOT_S = 1
NOTICED_S = 5
# Of paths that have to be asked about something.
NEEDED = {"/v1/lists/entries": "?list=banned", "/v1/lists/test": "?address=198.18.99.1"}


class ApiTest(WireTest):
    services = [{**TRANSPARENT[0], "connlimit": {"above": 500}}]

    def prepare(self):
        self.socket = f"{self.lab.directory}/api.sock"
        self.sections = {"admin": {"socket": self.socket, "operators": "daemon"},
                         "lists": [{"name": "banned"}]}
        Nginx(self.lab, self.server)

    def _show(self, what):
        shown = run([SYNSPLICECTL, "show", what, "-o", "json", "--socket", self.socket])
        return json.loads(shown.stdout)

    def _get(self, path):
        """Status and body, as curl has them."""
        answer = run(["curl", "-s", "-w", "%{http_code}", "--unix-socket", self.socket,
                      f"http://localhost{path}"]).stdout
        return int(answer[-3:]), answer[:-3]

    def _metric(self, name):
        body = self._get("/metrics")[1]
        values = [line.rsplit(" ", 1)[1] for line in body.splitlines()
                  if line.startswith(f"{name} ")]
        self.assertEqual(len(values), 1, name)
        return float(values[0])

    def _ctl(self, *arguments):
        return run([SYNSPLICECTL, *arguments, "--socket", self.socket]).stdout


class Api(ApiTest):
    def _spliced(self, flows):
        """The status that tells of so many, and of what ports had then."""
        def arrived():
            return self._show("status")["events"]["flows_spliced"] == flows
        wait_until(arrived, "a snapshot of all connections", NOTICED_S)
        time.sleep(1.5 * SNAPSHOT_S)
        return self._show("status")

    def _ports_agree(self):
        """Whether core and drivers tell the same; frames that were held are judged twice."""
        events = self._show("status")["events"]
        judged = {"outside": events["outside_frames"] - events["held"],
                  "inside": events["inside_frames"]}
        return all(port["received"]["frames"] == judged[port["port"]]
                   for port in self._show("ports"))

    def test_counters_of_real_connections(self):
        for _ in range(20):
            fetch(self.client, f"http://{SERVER}/")
        status = self._spliced(20)
        self.assertEqual(status["state"], "ready")
        self.assertEqual(status["on_exit"], "wire")
        self.assertEqual(self._metric('synsplice_on_exit{action="wire"}'), 1)
        self.assertEqual(self._metric('synsplice_events_total{event="flows_spliced"}'), 20)
        self.assertEqual(self._metric("synsplice_flow_table_entries"), 20)
        wait_until(self._ports_agree, "ports and core tell the same", NOTICED_S)
        for port in self._show("ports"):
            self.assertGreater(port["received"]["frames"], 50)
            self.assertGreater(port["sent"]["bytes"], 2000)
        self.assertEqual(self._show("services")[0]["service"], "web")
        # An age and no moment; how long a worker waits for its CPU is the machine's.
        self.assertLess(self._show("workers")[0]["heartbeat_age_ms"], 60_000)
        self.assertEqual(self.events()["flows_spliced"], 20)

    def test_services_and_backends_have_their_own_numbers(self):
        for _ in range(20):
            fetch(self.client, f"http://{SERVER}/")
        self._spliced(20)
        web, = [service for service in self._show("services") if service["service"] == "web"]
        for event in ("syns", "cookies_sent", "cookies_valid", "connections_opened"):
            self.assertEqual(web["events"][event], 20, event)
        self.assertEqual(sum(web["connections"].values()), 20)
        self.assertEqual(web["handshakes"]["count"], 20)
        self.assertLess(web["handshakes"]["p50_ms"], 100)
        backend, = [backend for backend in self._show("backends")
                    if backend["backend"] == f"{SERVER}:80"]
        self.assertEqual((backend["up"], backend["services"]), (True, ["web"]))
        self.assertEqual(backend["events"]["connections_opened"], 20)
        label = '{service="web"}'
        self.assertEqual(self._metric(f"synsplice_syns_total{label}"), 20)
        self.assertEqual(self._metric(f"synsplice_handshake_duration_seconds_count{label}"), 20)

    def _open(self, stack):
        """A connection that stays open: its own end and its name."""
        with self.client.entered():
            connection = stack.enter_context(socket.create_connection((SERVER, 80), timeout=5))
        return connection, "{}:{}".format(*connection.getsockname())

    def test_flows_are_shown_explained_and_cleared(self):
        with contextlib.ExitStack() as stack:
            first, first_name = self._open(stack)
            second, second_name = self._open(stack)
            flows = json.loads(self._ctl("show", "flows", "-o", "json", "--phase", "established"))
            self.assertEqual({flow["client"] for flow in flows}, {first_name, second_name})
            self.assertIn(first_name, self._ctl("show", "flows", "--client", first_name))
            explained = self._ctl("explain", "flow", first_name)
            self.assertRegex(explained, r"(?m)^phase +established$")
            self.assertRegex(explained, r"(?m)^waits_for +segments of either end$")
            self.assertEqual(self._ctl("clear", "flow", first_name),
                             "1 flow cleared\n")
            first.send(b"GET / HTTP/1.0\r\n\r\n")
            with self.assertRaises(ConnectionResetError):
                first.recv(1)
            second.send(b"GET / HTTP/1.0\r\n\r\n")
            self.assertTrue(second.recv(1))

    def test_what_tables_hold(self):
        with contextlib.ExitStack() as stack:
            for _ in range(3):
                self._open(stack)
            limit, = self._show("limits")
            self.assertEqual((limit["network"], limit["connections"], limit["above"]),
                             (f"{CLIENT}/32", 3, 500))
            self.assertEqual(self._ctl("show", "limits", "--least", "4").splitlines()[1:], [])
        listeners = {promise["listener"]: promise for promise in self._show("promises")}
        self.assertIn(f"{SERVER}:80", listeners)
        self.assertGreaterEqual(listeners[f"{SERVER}:80"]["now"]["mss"], 536)
        self.assertEqual(self._show("neighbours"), [])  # the server answers for itself

    def test_a_handshake_that_waits(self):
        self.server.run("nft", f"add table ip shut; add chain ip shut in "
                               f"{{ type filter hook input priority 0; }}; "
                               f"add rule ip shut in ip daddr {SERVER} tcp dport 80 drop")
        with contextlib.ExitStack() as stack:
            _connection, name = self._open(stack)
            waiting, = wait_until(lambda: self._show("handshakes"), "it waits", NOTICED_S)
            self.assertEqual((waiting["client"], waiting["waits_for"]),
                             (name, "the SYN-ACK of the backend"))
            self.assertIn(name, self._ctl("show", "handshakes", "--service", "web"))

    def test_top_on_a_terminal(self):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        with subprocess.Popen([SYNSPLICECTL, "top", "--socket", self.socket], stdin=theirs,
                              stdout=theirs, env={**os.environ, "TERM": "xterm"}) as top:
            screen = b""
            while b"DROPS" not in screen:
                self.assertTrue(select.select([ours], [], [], NOTICED_S)[0], screen)
                screen += os.read(ours, 65536)
            os.write(ours, b"spq")
            self.assertEqual(top.wait(NOTICED_S), 0)
        self.assertIn(b"web", screen)
        for end in (ours, theirs):
            os.close(end)

    def test_only_operators_clear_flows(self):
        os.chmod(self.socket, 0o666)
        os.chmod(self.lab.directory, 0o755)
        url = "http://localhost/v1/flows?service=web"
        command = ["curl", "-s", "-X", "DELETE", "--unix-socket", self.socket, url]
        other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        with contextlib.ExitStack() as stack:
            connection, _name = self._open(stack)
            refused = json.loads(run([*other, *command]).stdout)
            self.assertEqual((refused["status"], refused["detail"]),
                             (403, "only operators may clear flows"))
            connection.send(b"GET / HTTP/1.0\r\n\r\n")
            self.assertTrue(connection.recv(1))
            self.assertEqual(self._ctl("clear", "flow", "--service", "web"), "1 flow cleared\n")
        for groups in (["--regid=daemon", "--clear-groups"], ["--regid=65534", "--groups=daemon"]):
            member = ["setpriv", "--reuid=65534", *groups]
            self.assertEqual(json.loads(run([*member, *command]).stdout)["cleared"], 0)
        self.appliance.stop()
        self.assertRegex(self.appliance.process.output(),
                         r"user 0 \(process \d+\) clears flows .*service=web: 1 cleared")

    def _check(self, description, method, target):
        """One answer against its description; its status."""
        answer = run(["curl", "-s", "-X", method, "-w", "\\n%{http_code} %{content_type}",
                      "--unix-socket", self.socket, f"http://localhost{target}"]).stdout
        body, _newline, last = answer.rpartition("\n")
        status, content_type = last.split(" ", 1)
        description.check(method, target.partition("?")[0], int(status), content_type, body)
        return int(status)

    def test_every_answer_is_described(self):
        description = Description()
        with contextlib.ExitStack() as stack:
            _connection, name = self._open(stack)
            time.sleep(1.5 * SNAPSHOT_S)
            for path in description.paths():
                if path.endswith("/stream"):  # it has no end: page_wire.py
                    continue
                target = path + NEEDED.get(path, "")
                self.assertEqual(self._check(description, "GET", target), 200, path)
            for wrong in ("limit=0", "cursor=x", "client=web", "colour=red", "service=%ff"):
                self.assertEqual(self._check(description, "GET", f"/v1/flows?{wrong}"), 400, wrong)
            clear = f"/v1/flows?client={name}"
            self.assertEqual(self._check(description, "DELETE", clear), 200)
            self.assertEqual(self._check(description, "DELETE", "/v1/flows"), 400)
            entry = "/v1/lists/entries?list=banned&prefix=198.18.99.0/24"
            for method, status in (("POST", 200), ("DELETE", 200), ("DELETE", 400)):
                self.assertEqual(self._check(description, method, entry), status, method)

    def test_metrics_are_well_formed(self):
        path = f"{self.lab.directory}/metrics"
        with open(path, "w", encoding="utf-8") as file:
            file.write(self._get("/metrics")[1])
        checked = run(["sh", "-c", f"promtool check metrics < {path}"], check=False)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))

    def test_the_manual_has_every_metric(self):
        names = re.findall(r"(?m)^# TYPE (?:synsplice_)?(\w+)", self._get("/metrics")[1])
        manual = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
        self.assertGreater(len(names), 30)
        self.assertEqual([name for name in names if f"`{name}`" not in manual], [])

    def test_readiness_follows_the_ports(self):
        self.assertEqual(self._get("/readyz"), (200, "ready\n"))
        self.server.run("ip", "link", "set", "eth0", "down")
        wait_until(lambda: self._get("/readyz")[0] == 503, "not ready", NOTICED_S)
        self.assertEqual(self._get("/readyz")[1], "port inside is down\n")
        self.assertEqual(self._get("/healthz")[0], 200)
        self.assertEqual(self._show("status")["state"], "degraded")
        self.assertEqual(self._metric('synsplice_port_up{port="inside"}'), 0)
        self.server.run("ip", "link", "set", "eth0", "up")
        wait_until(lambda: self._get("/readyz")[0] == 200, "ready again", 2 * NOTICED_S)

    def test_a_second_one_leaves_the_socket_alone(self):
        config_file = f"{self.lab.directory}/second.yaml"
        with open(config_file, "w", encoding="utf-8") as file:
            json.dump({"ports": {"outside": {"device": "net_null0"},
                                 "inside": {"device": "net_null1"}}, **self.sections}, file)
        second = self.lab.box.run(self.appliance.program, "--config", config_file, check=False)
        self.assertEqual(second.returncode, 1)
        self.assertIn(f"{self.socket}: another process answers there", second.stderr)
        self.assertEqual(self._get("/healthz")[0], 200)

    def test_the_socket_goes_with_the_appliance(self):
        self.assertEqual(os.stat(self.socket).st_mode & 0o777, 0o660)
        self.appliance.stop()
        self.assertFalse(os.path.exists(self.socket))
        shown = run([SYNSPLICECTL, "show", "status", "--socket", self.socket], check=False)
        self.assertEqual(shown.returncode, 1)
        self.assertRegex(shown.stderr, r"\Asynsplicectl: nobody answers at [^\n]*\n\Z")


class PortTest(WireTest):
    """With a token, for Prometheus, which knows no Unix sockets."""

    address = "127.0.0.1:9117"

    def prepare(self):
        self.token_file = f"{self.lab.directory}/token"
        self.sections = {"admin": {"listen": self.address, "token_file": self.token_file}}
        Nginx(self.lab, self.server)

    def _status(self, *options):
        return self.lab.box.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", *options,
                                f"http://{self.address}/metrics").stdout

    def _query(self, query):
        """Values that Prometheus has for it."""
        answer = self.lab.box.run("curl", "-sf", "--data-urlencode", f"query={query}",
                                  "http://127.0.0.1:9090/api/v1/query", check=False)
        if answer.returncode:
            return []
        return [float(found["value"][1]) for found in json.loads(answer.stdout)["data"]["result"]]

    def _start_prometheus(self):
        config_file = f"{self.lab.directory}/prometheus.json"
        with open(config_file, "w", encoding="utf-8") as file:  # JSON is YAML
            json.dump({"scrape_configs": [{
                "job_name": "synsplice", "scrape_interval": "1s",
                "authorization": {"credentials_file": self.token_file},
                "static_configs": [{"targets": [self.address]}]}]}, file)
        prometheus = self.lab.box.start(
            "prometheus", f"--config.file={config_file}", "--web.listen-address=127.0.0.1:9090",
            f"--storage.tsdb.path={self.lab.directory}/prometheus", cpu=TRAFFIC_CPU)
        self.addCleanup(prometheus.stop)


class AtAPort(PortTest):
    def test_nobody_is_answered_without_the_token(self):
        with open(self.token_file, encoding="ascii") as file:
            token = file.read().strip()
        self.assertEqual(os.stat(self.token_file).st_mode & 0o777, 0o600)
        self.assertEqual(self._status(), "401")
        for wrong in ("", token[:-1], token + "0", "x" * len(token)):
            self.assertEqual(self._status("-H", f"Authorization: Bearer {wrong}"), "401", wrong)
        self.assertEqual(self._status("-H", f"Authorization: Basic {token}"), "401")
        for right in (token, token.upper()):
            self.assertEqual(self._status("-H", f"Authorization: Bearer {right}"), "200", right)

    def test_prometheus_has_what_happens(self):
        self._start_prometheus()
        spliced = 'synsplice_events_total{event="flows_spliced"}'
        wait_until(lambda: self._query(spliced) == [0], "Prometheus scrapes", 20)
        for _ in range(20):
            fetch(self.client, f"http://{SERVER}/")
        wait_until(lambda: self._query(spliced) == [20], "the connections are counted", 10)
        self.assertEqual(self._query("sum(synsplice_port_up)"), [2])


if __name__ == "__main__":
    main()
