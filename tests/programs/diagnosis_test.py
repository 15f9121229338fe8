#!/usr/bin/python3
"""doctor and support-bundle against an API that a test makes up: what they say, and what they keep
to themselves."""

import contextlib
import http.server
import json
import os
import pathlib
import socketserver
import stat
import subprocess
import tarfile
import tempfile
import threading
import unittest
import unittest.mock

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
SECRET, TOKEN = "00112233445566778899aabbccddeeff", "feed0000111122223333444455556666"
CLIENT = "198.18.0.7"
ANSWERS = {
    "/v1/status": {"flows": {"used": 1, "capacity": 100}, "handshakes": {"used": 0, "capacity": 9},
                   "connlimit_places": {"used": 0, "capacity": 9}},
    "/v1/ports": [{"port": "outside", "device": "net_null0", "up": True, "missed": 0}],
    "/v1/workers": [{"worker": 0, "busy": 0.1, "heartbeat_age_ms": 3}],
    "/v1/services": [{"service": "web", "listen": ["198.18.0.10:80"], "backends": []}],
    "/v1/backends": [{"backend": "198.18.0.10:80", "up": True}],
    "/v1/drops": [{"reason": "bad_tcp_checksum", "frames": 5}],
    "/v1/version": {"version": "0.1.0"},
    "/v1/events": {"events": [{"event_type": "change", "text": f"uid 0 cleared {CLIENT}"}]},
    "/v1/flows": {"flows": [{"client": f"{CLIENT}:40000", "listener": "198.18.0.10:80",
                             "note": SECRET.upper()}]},
}
METRICS = "# TYPE x counter\nsynsplice_events_suppressed_total 0\n"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.partition("?")[0]
        text = METRICS if path == "/metrics" else json.dumps(ANSWERS[path])
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def get_request(self):
        return self.socket.accept()[0], ("unix", 0)


@contextlib.contextmanager
def api(path):
    server = Server(str(path), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def run(*arguments):
    return subprocess.run([SYNSPLICECTL, *map(str, arguments)], text=True, capture_output=True,
                          timeout=60, check=False)


class Diagnosis(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.socket, self.config = self.folder / "api.sock", self.folder / "synsplice.yaml"
        for name, text in ("secret", SECRET), ("token", TOKEN):
            (self.folder / name).write_text(text + "\n")
            (self.folder / name).chmod(0o600)
        self.write_config(f"# {TOKEN}\n")

    def write_config(self, more):
        self.config.write_text(more + json.dumps({
            "ports": {"outside": {"device": "net_null0"}, "inside": {"device": "net_null1"}},
            "cookie": {"secret_file": str(self.folder / "secret")},
            "admin": {"socket": str(self.socket), "listen": "127.0.0.1:9117",
                      "token_file": str(self.folder / "token")},
            "services": [{"name": "web", "listen": ["198.18.0.10:80"]}]}))

    def bundle(self, *arguments):
        """{name: text}."""
        path = self.folder / "bundle.tar.gz"
        result = run("support-bundle", self.config, "-o", path, *arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                self.assertEqual((member.isfile(), member.mode), (True, 0o600))
            return {member.name.removeprefix("synsplice-support/"):
                    archive.extractfile(member).read().decode() for member in archive.getmembers()}

    def test_doctor(self):
        with api(self.socket):
            told = run("doctor", self.config)
            rows = json.loads(run("doctor", self.config, "-o", "json").stdout)
        self.assertEqual((told.returncode, told.stderr), (0, ""))
        self.assertIn("hint   drops            5 bad_tcp_checksum, TCP checksum wrong", told.stdout)
        self.assertIn("mend: ethtool -K DEVICE tx off\n", told.stdout)
        self.assertEqual({(row["about"], row["level"]) for row in rows}, {
            ("appliance", "ok"), ("ports", "ok"), ("workers", "ok"), ("backends", "ok"),
            ("tables", "ok"), ("drops", "hint"), ("events", "ok"), ("configuration", "ok"),
            ("ports.outside", "ok"), ("ports.inside", "ok"), ("ports.prefilter", "ok"),
            ("secret", "ok")})

    def test_doctor_where_nothing_runs(self):
        told = run("doctor", self.config, "--socket", self.folder / "no.sock")
        self.assertEqual(told.returncode, 1)
        self.assertRegex(told.stdout, r"\AWRONG  appliance +nobody answers at [^\n]*\n")
        self.assertIn("mend: systemctl start synsplice\n", told.stdout)
        self.assertIn("memory ", told.stdout)

    def test_doctor_of_what_it_does_not_understand(self):
        with api(self.socket), unittest.mock.patch.dict(ANSWERS, {"/v1/ports": [{"port": "x"}]}):
            told = run("doctor", self.config)
        self.assertEqual(told.returncode, 1)
        self.assertIn("it answers otherwise than this synsplicectl understands", told.stdout)

    def test_doctor_of_a_bad_configuration(self):
        self.write_config("worker: 1\n")
        told = run("doctor", self.config)
        self.assertEqual(told.returncode, 1)
        self.assertIn(f"mend: synsplicectl check {self.config}\n", told.stdout)

    def test_bundle_is_whole(self):
        with api(self.socket):
            files = self.bundle()
        self.assertEqual(set(files), {
            "README", "config.yaml", "doctor.txt", "api/metrics.txt", "machine/version",
            "machine/cmdline", "machine/os-release", "machine/cpuinfo", "machine/meminfo",
            "machine/links.json", *(f"api{path.removeprefix('/v1')}.json" for path in ANSWERS)})
        self.assertEqual(files["api/metrics.txt"], METRICS)
        self.assertIn("5 bad_tcp_checksum", files["doctor.txt"])
        self.assertIn("Linux version", files["machine/version"])

    def test_bundle_keeps_secrets(self):
        with api(self.socket):
            for arguments in (), ("--addresses",):
                text = "\n".join(self.bundle(*arguments).values()).lower()
                self.assertNotIn(SECRET, text)
                self.assertNotIn(TOKEN, text)
                self.assertIn("198.18.0.10:80", text)
                self.assertEqual(CLIENT in text, arguments != ())
                self.assertEqual("uid 0 cleared client1" in text, arguments == ())

    def test_bundle_without_an_appliance(self):
        files = self.bundle()
        self.assertIn("nobody answers at", files["api/status.json"])
        self.assertIn("WRONG", files["doctor.txt"])

    def test_archive_in_the_place_of_the_configuration(self):
        result = run("support-bundle", self.folder / "bundle.tar.gz")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("File does not exist", result.stderr)

    def test_bundle_follows_no_link(self):
        target, link = self.folder / "target", self.folder / "link"
        target.write_text("mine")
        link.symlink_to(target)
        result = run("support-bundle", self.config, "-o", link)
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("it is a symbolic link", result.stderr)
        self.assertEqual(target.read_text(), "mine")


if __name__ == "__main__":
    unittest.main()
