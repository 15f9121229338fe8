#!/usr/bin/python3
"""Hosts that open connections as Windows does: SACK, window scale 8, no timestamps.

A cookie without timestamps keeps few values: 8 and SACK must be among them (rule 4), or every
Windows client downloads through windows of 64 KB.
"""

import concurrent.futures

from wire_test import TRANSPARENT, WireTest, main
from wire_lab.capture import Capture
from wire_lab.dialogue import accepted, connect, listen, payload, receive_exactly
from wire_lab.lab import SERVER, SERVER6
from wire_lab.process import wait_until
from wire_lab.sockets import SocketInfo

WINDOWS_SCALE, LINUX_SCALE = 8, 7
# Buffers that open the window wide from the start, and the scale that follows from the largest.
BUFFERS = {WINDOWS_SCALE: "4096 4194304 8388608", LINUX_SCALE: "4096 4194304 6291456"}
# What no unscaled window holds, many times over; less than half of a buffer.
IN_THE_WINDOW = 20 * 65535


def like_windows(host):
    host.sysctl("net.ipv4.tcp_timestamps", 0)
    host.sysctl("net.ipv4.tcp_rmem", BUFFERS[WINDOWS_SCALE])


class WindowsClient(WireTest):
    client_scale, server_scale = WINDOWS_SCALE, LINUX_SCALE

    def prepare(self):
        like_windows(self.client)
        self.server.sysctl("net.ipv4.tcp_rmem", BUFFERS[LINUX_SCALE])

    def _connected(self, address):
        """The sockets of both ends."""
        listener = self.enterContext(listen(self.server, (address, 80)))
        client = self.enterContext(connect(self.client, (address, 80)))
        return client, self.enterContext(accepted(listener))

    def _assert_negotiated(self, client, server):
        for space, connection, scales in (
                (self.client, client, (self.server_scale, self.client_scale)),
                (self.server, server, (self.client_scale, self.server_scale))):
            info = SocketInfo(space, connection)
            self.assertEqual((info.options, (info.peer_scale, info.own_scale)),
                             ({"sack"}, scales), info.text)

    def test_scale_and_sack_reach_the_server(self):
        with Capture(self.lab, self.server, "eth0") as capture:
            for address in (SERVER, SERVER6):
                self._assert_negotiated(*self._connected(address))
        syns = [line for line in capture.lines() if "Flags [S]" in line]
        self.assertEqual(len(syns), 2)
        for syn in syns:
            options = syn.split("options [")[1].split("]")[0].split(",")
            self.assertIn(f"wscale {self.client_scale}", options)
            self.assertIn("sackOK", options)
            self.assertNotIn("TS", syn)

    def _fill_window(self, sender, receiver, receiver_space):
        """All of it is on its way before the receiver reads the first byte."""
        data = payload(IN_THE_WINDOW, seed=4)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            sending = pool.submit(sender.sendall, data)
            wait_until(lambda: SocketInfo(receiver_space, receiver).unread == len(data),
                       "the window holds everything", 5)
            sending.result()
        self.assertEqual(receive_exactly(receiver, len(data)), data)

    def test_windows_hold_far_more_than_64_kilobytes(self):
        for address in (SERVER, SERVER6):
            client, server = self._connected(address)
            self._fill_window(server, client, self.client)
            self._fill_window(client, server, self.server)


class WindowsServer(WindowsClient):
    """A client with timestamps, and a promise that fits the server."""

    client_scale, server_scale = LINUX_SCALE, WINDOWS_SCALE
    services = [{**TRANSPARENT[0],
                 "promise": {"window_scale": WINDOWS_SCALE, "sack": True, "timestamps": False}}]

    def prepare(self):
        like_windows(self.server)
        self.client.sysctl("net.ipv4.tcp_rmem", BUFFERS[LINUX_SCALE])


if __name__ == "__main__":
    main()
