#!/usr/bin/python3
"""TCP options missing on either side: what was promised and is not there is repaired (rule 16)."""

from wire_test import WireTest, main
from wire_lab.dialogue import exchange
from wire_lab.lab import SERVER, SERVER6

ALL = ("tcp_timestamps", "tcp_sack", "tcp_window_scaling")
SIZE = 5_000_000
LOSS = """table inet loss {
    chain arriving {
        type filter hook prerouting priority raw;
        meta l4proto tcp numgen random mod 100 < 1 drop
    }
}"""


class Options(WireTest):
    def _without(self, hosts, *options):
        for host in hosts:
            for option in options:
                host.sysctl(f"net.ipv4.{option}", 0)

    def _exchange(self, size=SIZE):
        for address in ((SERVER, 80), (SERVER6, 80)):
            exchange(self.client, self.server, address, size, timeout_s=10)

    def test_all_options(self):
        self._exchange()

    def test_none_at_the_client(self):
        self._without([self.client], *ALL)
        self._exchange()

    def test_none_at_the_server(self):
        self._without([self.server], *ALL)
        self._exchange()

    def test_none_on_both_sides(self):
        self._without([self.client, self.server], *ALL)
        self._exchange()

    def test_timestamps_missing_at_the_client(self):
        self._without([self.client], "tcp_timestamps")
        self._exchange()

    def test_timestamps_missing_at_the_server(self):
        self._without([self.server], "tcp_timestamps")
        self._exchange()

    def test_sack_missing_at_the_client(self):
        self._without([self.client], "tcp_sack")
        self._exchange()

    def test_sack_missing_at_the_server(self):
        self._without([self.server], "tcp_sack")
        self._exchange()

    def test_window_scale_missing_at_the_client(self):
        self._without([self.client], "tcp_window_scaling")
        self._exchange()

    def test_window_scale_missing_at_the_server(self):
        self._without([self.server], "tcp_window_scaling")
        self._exchange()

    def test_server_scales_by_more_than_promised(self):
        self.server.sysctl("net.ipv4.tcp_rmem", "4096 131072 41943040")
        self._exchange(20_000_000)

    def test_server_that_loses_an_option_between_two_connections(self):
        for option in ALL:
            with self.subTest(option):
                self._exchange(size=100_000)
                self._without([self.server], option)
                self._exchange()
                self.server.sysctl(f"net.ipv4.{option}", 1)

    def test_timestamps_missing_at_the_server_under_loss(self):
        for host in (self.client, self.server):
            host.run("nft", LOSS)
        self._without([self.server], "tcp_timestamps")
        self._exchange()


if __name__ == "__main__":
    main()
