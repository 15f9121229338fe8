#!/usr/bin/python3
"""What happens to the ports of a running appliance."""

import time

from wire_test import TRANSPARENT, WireTest, main
from wire_lab.appliance import PROGRAM, Wire
from wire_lab.dialogue import connect, listen
from wire_lab.http import Nginx, fetch
from wire_lab.lab import SERVER
from wire_lab.process import wait_until
from wire_lab.xdp import take_socket_away

NOTICED_S = 3
REOPENED_S = 8


NOBODY_LISTENS = 81
TRIED_AGAIN_S = 8


class Accidents(WireTest):
    services = TRANSPARENT + [{"name": "down", "listen": [f"{SERVER}:{NOBODY_LISTENS}"]}]

    def prepare(self):
        Nginx(self.lab, self.server)

    def _served(self):
        try:
            return fetch(self.client, f"http://{SERVER}/", timeout_s=1) == "synsplice\n"
        except RuntimeError:
            return False

    def _wait_for_log(self, text, timeout_s):
        self.appliance.process.wait_for_output(text, timeout_s)

    def _lines(self, text):
        return [line for line in self.appliance.process.output().splitlines() if text in line]

    def test_second_start(self):
        result = self.lab.box.run(PROGRAM, "--config", f"{self.lab.directory}/synsplice.yaml",
                                  check=False)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"out0.*synsplice runs on it already \(process \d+\)")
        self.assertTrue(self._served())

    def test_another_program_on_the_same_ports(self):
        with self.assertRaises(RuntimeError), Wire(self.lab):
            pass
        wait_until(self._served, "served again", NOTICED_S)

    def test_xdp_off(self):
        self.lab.box.run("ip", "link", "set", "dev", "out0", "xdp", "off")
        self._wait_for_log("works again", NOTICED_S)
        wait_until(self._served, "served again", NOTICED_S)
        lines = self._lines("the outside port")
        self.assertEqual(len(lines), 2, lines)

    def test_link_down_and_up(self):
        self.assertTrue(self._served())  # the client knows where to send its SYNs
        self.server.run("ip", "link", "set", "eth0", "down")
        self._wait_for_log("is down or has no carrier", NOTICED_S)
        time.sleep(2)
        self.assertFalse(self._served())
        self.server.run("ip", "link", "set", "eth0", "up")
        self._wait_for_log("works again", NOTICED_S)
        wait_until(self._served, "served again", 5)
        self.assertEqual(len(self._lines("the inside port")), 2, self._lines("port"))
        self.assertGreater(self.drops()["inside_down"], 0)

    def test_ring_that_stands_still(self):
        """The interface receives and the program is there: only the frames tell."""
        def count(text):
            """While traffic goes on."""
            self._served()
            return len(self._lines(text))

        take_socket_away(self.lab.box, "out0")
        wait_until(lambda: count("receives frames, the port does not"), "noticed", NOTICED_S)
        wait_until(lambda: count("works again"), "opened again", REOPENED_S)
        wait_until(self._served, "served again", 5)
        lines = self._lines("the outside port")
        self.assertEqual(len(lines), 2, lines)
        self.assertIn("out0", lines[0])

    def _connects(self):
        """None: the connection was closed by a RST, which may come behind the handshake."""
        try:
            with connect(self.client, (SERVER, NOBODY_LISTENS), timeout_s=1) as connection:
                return connection.recv(1) == b"" or None
        except ConnectionError:
            return None
        except TimeoutError:
            return False

    def test_server_that_refuses(self):
        """Its clients are told for a while, then meet silence, and it is found when it comes."""
        def is_silent():
            time.sleep(0.2)
            return self._connects() is False

        wait_until(is_silent, "silence", 10)
        with listen(self.server, (SERVER, NOBODY_LISTENS)) as listener:
            with connect(self.client, (SERVER, NOBODY_LISTENS), timeout_s=2 * TRIED_AGAIN_S):
                listener.accept()[0].close()
        self.assertGreater(self.drops()["backends_down"], 0)

    def test_interface_that_goes_and_comes(self):
        """Several times: no packet buffer may be lost with a port."""
        mac = self.server.mac()
        for times in range(1, 4):
            self.server.run("ip", "link", "delete", "eth0")
            wait_until(lambda: len(self._lines("is gone")) == times, "noticed", NOTICED_S)
            self.lab.replace_server_link(mac)
            wait_until(lambda: len(self._lines("works again")) == times, "opened", REOPENED_S)
            wait_until(self._served, "served again", 5)
        self.server.run("ip", "link", "delete", "eth0")
        self.appliance.stop()
        self.assertTrue(self._lines("synsplice: it leaves a shut link"), self._lines("it leaves"))


if __name__ == "__main__":
    main()
