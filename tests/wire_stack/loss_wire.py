#!/usr/bin/python3
"""Two percent of random loss on both sides: every repair of the stacks passes the splice."""

import concurrent.futures

from wire_test import WireTest, main
from wire_lab.dialogue import exchange
from wire_lab.http import Nginx, fetch
from wire_lab.lab import SERVER, SERVER6

# In prerouting of the receivers: in an output hook 40 KB super-packets vanish and the sender knows.
LOSS = """table inet loss {
    chain arriving {
        type filter hook prerouting priority raw;
        meta l4proto tcp numgen random mod 100 < 2 drop
    }
}"""


class Lossy(WireTest):
    def prepare(self):
        for host in (self.client, self.server):
            host.run("nft", LOSS)

    def test_100_megabytes_both_ways_over_ipv4(self):
        exchange(self.client, self.server, (SERVER, 80), 100_000_000, timeout_s=60)

    def test_20_megabytes_both_ways_over_ipv6(self):
        exchange(self.client, self.server, (SERVER6, 80), 20_000_000, timeout_s=30)

    def test_200_short_connections(self):
        Nginx(self.lab, self.server)
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: self._fetch(), range(200)))
        self.assertEqual(answers, ["synsplice\n"] * 200)

    def _fetch(self):
        return fetch(self.client, f"http://{SERVER}/", timeout_s=20)


if __name__ == "__main__":
    main()
