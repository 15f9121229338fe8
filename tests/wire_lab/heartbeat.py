"""A datagram each millisecond to the server and back: how long nothing came through."""

import contextlib
import socket
import struct
import threading
import time

from wire_lab.dialogue import family_of

INTERVAL_S = 0.001
PORT = 9
_NUMBER = struct.Struct("!I")


class Heartbeat:
    """`with Heartbeat(client, server, address) as heartbeat`: runs meanwhile."""

    def __init__(self, client, server, address):
        self._client = client.socket(family_of((address,)), socket.SOCK_DGRAM)
        self._server = server.socket(family_of((address,)), socket.SOCK_DGRAM)
        self._server.bind((address, PORT))
        self._client.connect((address, PORT))
        self._arrivals = []
        self._ended = threading.Event()
        for end in (self._client, self._server):
            end.settimeout(0.1)
        self._threads = [threading.Thread(target=work, daemon=True)
                         for work in (self._send, self._echo, self._receive)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self._client.close()
        self._server.close()

    def longest_gap_s(self, since):
        """Between two answers, or without any until now."""
        before = [moment for moment in self._arrivals if moment <= since][-1:]
        arrivals = before + [moment for moment in self._arrivals if moment > since]
        moments = [*(arrivals or [since]), time.monotonic()]
        return max(after - first for first, after in zip(moments, moments[1:]))

    def has_answer(self, since):
        return bool(self._arrivals) and self._arrivals[-1] > since

    def _send(self):
        number = 0
        while not self._ended.wait(INTERVAL_S):
            number += 1
            with contextlib.suppress(OSError):
                self._client.send(_NUMBER.pack(number))

    def _echo(self):
        while not self._ended.is_set():
            with contextlib.suppress(OSError):
                data, sender = self._server.recvfrom(_NUMBER.size)
                self._server.sendto(data, sender)

    def _receive(self):
        while not self._ended.is_set():
            with contextlib.suppress(OSError):
                self._client.recv(_NUMBER.size)
                self._arrivals.append(time.monotonic())
