"""nginx on a server, and the clients that judge it: curl, wrk and plain new connections."""

import hashlib
import os
import pathlib
import re

from wire_lab.process import TRAFFIC_CPU, wait_until

# The default backlog of 511 stays: it is the queue that a SYN flood fills.
_CONFIGURATION = """
daemon off; master_process off; pid {directory}/pid; error_log {directory}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {directory}; proxy_temp_path {directory};
  fastcgi_temp_path {directory}; uwsgi_temp_path {directory}; scgi_temp_path {directory};
  server {{
    {listens}
    root {directory};
    location = / {{ return 200 "synsplice\\n"; }}
    location = /where {{ return 200 "$server_addr:$server_port $remote_addr:$remote_port\\n"; }}
  }}
}}
"""


class Nginx:
    """Serves `/`, `/where` (both ends as the server sees them) and `/payload`."""

    def __init__(self, lab, space, ports=(80,), payload_bytes=1 << 20):
        directory = pathlib.Path(lab.directory) / f"nginx-{space.name}"
        directory.mkdir()
        self._write_payload(directory / "payload", payload_bytes)
        listens = " ".join(f"listen {port}; listen [::]:{port};" for port in ports)
        (directory / "conf").write_text(
            "user root;" + _CONFIGURATION.format(directory=directory, listens=listens))
        self.process = space.start("nginx", "-c", str(directory / "conf"), cpu=TRAFFIC_CPU)
        wait_until(lambda: self._listening(space, ports), "nginx listens", 10)

    def _write_payload(self, path, size):
        payload = os.urandom(size)
        path.write_bytes(payload)
        self.payload_sha256 = hashlib.sha256(payload).hexdigest()

    def _listening(self, space, ports):
        if not self.process.running():
            raise RuntimeError(self.process.output())
        sockets = space.run("ss", "-Hltn").stdout
        return all(re.search(rf"\*:{port}|0\.0\.0\.0:{port} ", sockets) for port in ports)


def fetch(space, url, *options, timeout_s=5):
    """The body that curl gets; raises when it does not."""
    return space.run("curl", "-gsSf", "--max-time", str(timeout_s), *options, url).stdout


def download(space, url, directory, timeout_s):
    """Returns (sha256, Mbit/s) of a large body; (None, None) when it does not arrive in time."""
    path = os.path.join(directory, "download")
    result = space.run("curl", "-gsf", "--max-time", str(timeout_s), "-o", path,
                       "-w", "%{speed_download}", url, check=False, timeout_s=timeout_s + 5)
    if result.returncode:
        return None, None
    with open(path, "rb") as body:
        digest = hashlib.file_digest(body, "sha256").hexdigest()
    return digest, float(result.stdout) * 8 / 1e6


class WrkResult:
    def __init__(self, output):
        self.output = output
        self.requests = int(re.search(r"(\d+) requests in", output)[1])
        self.per_second = float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
        errors = re.search(r"Socket errors: (.*)", output)
        self.errors = sum(map(int, re.findall(r"\d+", errors[1]))) if errors else 0
        self.errors += int((re.search(r"Non-2xx or 3xx responses: (\d+)", output) or [0, 0])[1])


def wrk_command(url, seconds, connections, timeout_s, *options):
    return ["taskset", "-c", str(TRAFFIC_CPU), "wrk", "-t", "1", "-c", str(connections),
            "-d", f"{seconds}s", "--timeout", f"{timeout_s}s", *options, url]


# A flood may take the whole core from wrk, even its end, or the SYN of wrk's first, blocking try.
OUTLASTS_FLOODS_S = 40
# One request per connection.
CLOSING = ("-H", "Connection: close")


def closing_connections(space, url, seconds, connections=64, outlasts_s=OUTLASTS_FLOODS_S):
    """What wrk saw; raises when it could not even begin."""
    return keeping_connections(space, url, seconds, connections, *CLOSING, outlasts_s=outlasts_s)


def keeping_connections(space, url, seconds, connections=64, *options,
                        outlasts_s=OUTLASTS_FLOODS_S):
    """The same, for as many requests per connection as the time allows."""
    command = wrk_command(url, seconds, connections, 2, *options)
    return WrkResult(space.run(*command, timeout_s=seconds + outlasts_s).stdout)
