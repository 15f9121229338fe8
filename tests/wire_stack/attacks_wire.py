#!/usr/bin/python3
"""Every attack of the library at one appliance: clients get through, and the counters that are said
to tell the attack do."""

import contextlib
import itertools
import time
import unittest

from wire_test import main
from wire_lab.appliance import ROOT, Synsplice
from wire_lab.attacks.library import ATTACKS, PORT
from wire_lab.attacks.real_sources import ReplayedCookies
from wire_lab.attacks.scene import configuration_for, read_configuration, scene
from wire_lab.attacks.views import SNAPSHOT_S, counters, grown
from wire_lab.connections import one_after_another
from wire_lab.process import wait_until

SECONDS = 20  # the bound of each; it ends when it is told
TOLD_S = 8  # of all attacks together less than the test may take
# Limits of connections are met soon.
RATES = {"packets": 4000, "handshakes": 4000, "connections": 3000}
CONNECTIONS = 15
MANY = 3 * CONNECTIONS  # more than clients leave in any counter, those before them included


def alternating():
    """Neighbours with different counters: what a snapshot lacks of one attack tells no other."""
    syns = [name for name, attack in ATTACKS.items() if attack.told_by[0] == "events.cookies_sent"]
    others = [name for name in ATTACKS if name not in syns]
    return filter(None, itertools.chain(*itertools.zip_longest(syns, others)))


class Attacks(unittest.TestCase):
    def setUp(self):
        self.lab, _ = self.enterContext(scene())
        file, self.api, _ = configuration_for(
            self.lab, read_configuration(ROOT / "conf" / "attack.yaml"))
        self.appliance = self.enterContext(Synsplice(self.lab, file))
        self.addCleanup(lambda: print(self.appliance.process.output()))

    def _silent(self, before, names):
        """Those of the counters that do not tell the attack; all there is beside them."""
        growth = grown(before, counters(self.api))
        return [name for name in names if growth.get(name, 0) < MANY], growth

    def _play(self, name):
        """Returns what the counters grew by."""
        attack = ATTACKS[name]
        begun, before = time.monotonic(), counters(self.api)
        with attack.play(self.lab, RATES[attack.unit], SECONDS):
            clients = one_after_another(self.lab.client, (attack.address, PORT), CONNECTIONS, 20,
                                        timeout_s=3)
            with contextlib.suppress(TimeoutError):
                wait_until(lambda: not self._silent(before, attack.told_by)[0], name, TOLD_S)
            silent, growth = self._silent(before, attack.told_by)
        time.sleep(max(0, begun + SNAPSHOT_S - time.monotonic()))
        print(f"{name}: {growth}")
        self.assertEqual((clients.attempts, clients.success), (CONNECTIONS, 1.0))
        self.assertEqual(silent, [])
        return growth

    def _play_replays(self):
        """They open nothing: the attacker's own handshakes do, once each."""
        time.sleep(SNAPSHOT_S)
        opened = self._play("cookie-replay")["events.backend_syns"]
        self.assertLessEqual(opened, ReplayedCookies.RECORDED.count + CONNECTIONS)

    def test_clients_get_through_and_counters_tell(self):
        for name in alternating():
            with self.subTest(name):
                if name == "cookie-replay":
                    self._play_replays()
                else:
                    self._play(name)


if __name__ == "__main__":
    main()
