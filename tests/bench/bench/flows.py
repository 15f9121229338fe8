"""Connections that a program opens by itself: their cookies are made beforehand, by the same core
with the same secret, in the captures that `synsplicectl replay` writes."""

import dataclasses
import socket
import struct
import subprocess
import time

import numpy

from bench import frames
from bench.frames import ACK, PSH, SYN

SERVICE = socket.inet_aton("198.18.0.10")
SERVICE6 = socket.inet_pton(socket.AF_INET6, "2001:db8::10")
CLIENTS = socket.inet_aton("100.64.0.1")
CLIENTS6 = socket.inet_pton(socket.AF_INET6, "2001:db8:c::1")
PORT = 80
SERVICES = [{"name": "web", "listen": [f"198.18.0.10:{PORT}", f"[2001:db8::10]:{PORT}"]}]
CLIENT_PORT, CLIENT_ISN, SERVER_ISN = 40000, 1_000_000, 5_000_000
DATA = b"GET /\n"
# Without timestamps: the cookie is good for the whole epoch.
_OPTIONS = bytes.fromhex("020405b40103030701010402")


@dataclasses.dataclass
class Flows:
    """Rows of frames, one flow each."""
    acks: numpy.ndarray  # that open
    syn_acks: numpy.ndarray  # of the server
    client_data: numpy.ndarray
    server_data: numpy.ndarray


def _cookies(capture, count):
    """The sequence numbers of the SYN-ACKs in a pcapng file, all of one length."""
    data = numpy.fromfile(capture, numpy.uint8)
    at = 0
    while True:
        kind, length = struct.unpack_from("<II", data, at)
        if kind == 6:  # enhanced packet block
            break
        at += length
    blocks = data[at:at + count * length].reshape(count, length)
    return blocks[:, 28 + 38:28 + 42].copy().view(">u4").ravel()


def open_flows(ctl, directory, secret_file, count):
    clients = frames.addresses(CLIENTS, count)
    syns = frames.tcp((clients, SERVICE, CLIENT_PORT, PORT), (CLIENT_ISN, 0, SYN), _OPTIONS)
    config_file, asked, answered = (directory / name for name in ("replay.yaml", "syns.pcap",
                                                                   "syn-acks.pcapng"))
    config_file.write_text(repr(configuration(secret_file, 1 << 16)).replace("'", '"'))
    frames.write_capture(asked, syns, time.time())
    subprocess.run([ctl, "replay", "--config", config_file, "--outside", asked, "--out", answered],
                   check=True, capture_output=True)
    ours = _cookies(answered, count).astype(numpy.uint64) + 1
    to_server = (clients, SERVICE, CLIENT_PORT, PORT)
    to_client = (SERVICE, clients, PORT, CLIENT_PORT)
    opened = (CLIENT_ISN + 1, ours), (SERVER_ISN + 1, CLIENT_ISN + 1)
    return Flows(
        acks=frames.tcp(to_server, (*opened[0], ACK)),
        syn_acks=frames.tcp(to_client, (SERVER_ISN, CLIENT_ISN + 1, SYN | ACK), _OPTIONS,
                            to_server=False),
        client_data=frames.tcp(to_server, (*opened[0], PSH | ACK), b"", DATA),
        server_data=frames.tcp(to_client, (*opened[1], PSH | ACK), b"", DATA, to_server=False))


def configuration(secret_file, entries, epoch="600s", **sections):
    return {"services": SERVICES, "flow_table": {"entries": entries},
            "cookie": {"secret_file": str(secret_file), "epoch": epoch}, **sections}
