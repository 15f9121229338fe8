#!/usr/bin/python3
"""The pre-filter under floods of those whom it blocks: what they cost, and that they are known."""

import json

from wire_test import main
from prefilter_wire import NOTICED_S, PrefilterWire
from wire_lab.flood import Flood
from wire_lab.lab import CLIENT
from wire_lab.process import wait_until


class Floods(PrefilterWire):
    RATE, SECONDS = 20_000, 4

    def _cost(self):
        """Of a flood from the network of a list: frames sent, judged, prefiltered, busy share."""
        judged, dropped = self._judged(), self._prefiltered("list_block")
        with Flood(self.lab, "syn-flood-v4", self.SECONDS, self.RATE) as flood:
            busy = self._later(self._busy)
            self.assertTrue(self._is_served(CLIENT))
            flood.wait(3 * self.SECONDS)
            sent = flood.sent()
        return (sent, self._later(self._judged) - judged,
                self._prefiltered("list_block") - dropped, busy)

    def test_a_flood_from_listed_sources_costs_the_worker_nothing(self):
        hits = self._show_hits()
        sent, judged, dropped, busy = self._cost()
        print(f"listed: {sent} sent, {dropped} dropped in the kernel, {judged} judged, "
              f"worker busy {100 * busy:.1f} %")
        self.assertLess(judged, sent / 20)
        self.assertGreater(dropped, sent * 0.9)
        self.assertGreater(self._show_hits() - hits, sent * 0.95)
        self._reload(mode="monitor")
        sent, judged, dropped, all_busy = self._cost()
        print(f"monitor: {sent} sent, {dropped} dropped in the kernel, {judged} judged, "
              f"worker busy {100 * all_busy:.1f} %")
        self.assertGreater(judged, sent * 0.9)
        self.assertEqual(dropped, 0)
        self.assertLess(2 * busy, all_busy)

    def _show_hits(self):
        lists = json.loads(self._ctl("list", "show", "-o", "json"))
        return next(row["hits"] for row in lists if row["list"] == "drop")

    def test_a_flood_is_known_although_no_worker_sees_it(self):
        self._ctl("list", "add", "banned", CLIENT)
        self.assertFalse(self._show("services")[0]["flooded"])
        with Flood(self.lab, "syn-flood-v4", self.SECONDS, self.RATE):
            wait_until(lambda: self._show("services")[0]["flooded"], "the flood", NOTICED_S)
        wait_until(lambda: not self._show("services")[0]["flooded"], "its end", NOTICED_S)


if __name__ == "__main__":
    main()
