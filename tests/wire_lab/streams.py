"""One fast stream from the client to the server and back: iperf3."""

import json

from wire_lab.process import TRAFFIC_CPU, wait_until

IPERF_PORT = 5201


def stream_megabits(lab, endpoint, seconds, *options):
    """Received per second by what listens at IPERF_PORT of the server; the client connects to
    `endpoint`, (host, port)."""
    address, port = endpoint
    server = lab.server.start("iperf3", "--server", "--one-off", "--port", str(IPERF_PORT),
                              cpu=TRAFFIC_CPU)
    wait_until(lambda: str(IPERF_PORT) in lab.server.run("ss", "-Hltn").stdout, "iperf3", 5)
    result = lab.client.run("iperf3", "--client", address, "--port", str(port),
                            "--time", str(seconds), "--json", *options)
    server.wait(5)
    return json.loads(result.stdout)["end"]["sum_received"]["bits_per_second"] / 1e6
