#!/usr/bin/python3
"""The detector: a flood is an attack and a crowd of real clients is none, mode adaptive follows it,
limits are suggested, and what was learned outlives a restart."""

import json
import os
import pathlib
import time

import yaml

from wire_test import WireTest, main
from wire_lab.appliance import Synsplice
from wire_lab.flood import Flood
from wire_lab.http import Nginx
from wire_lab.lab import SERVER
from wire_lab.process import run, wait_until
from wire_lab.soak_loads import Wrk

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
NOTICED_S = 10
OVER_S = 30  # its sources are remembered for ten seconds
USUAL_BUCKET = 26  # 76 to 91 SYNs per second
FLOOD_RATE = 3000  # packets per second


def rate(bucket):
    """As two hours of it teach."""
    hour = int(time.time()) // 3600
    return {"hour": hour, "present": [[bucket, 3000]], "before": [[bucket, 3600]],
            "profile": [0] * 24}


def baseline():
    return {"format": "synsplice baseline", "version": 1, "services": {"web": {
        "learned_s": 7200, "learned_at": int(time.time()),
        "second": rate(USUAL_BUCKET), "minute": rate(USUAL_BUCKET - 1),
        "source": rate(12), "held": rate(20), "incomplete": [[1, 120]]}}}


class DetectorTest(WireTest):
    mode = {}
    learned = json.dumps(baseline())

    def prepare(self):
        folder = pathlib.Path(self.lab.directory)
        (folder / "state").mkdir()
        self.baseline = folder / "state" / "baseline"
        self.baseline.write_text(self.learned, encoding="utf-8")
        self.socket = f"{folder}/api.sock"
        self.config = folder / "synsplice.yaml"
        self.sections = {"admin": {"socket": self.socket},
                         "state": {"folder": str(folder / "state")}}
        # The limit of one worker is out of the way: what is told, the detector tells.
        self.services = [{"name": "web", "listen": [f"{SERVER}:80"],
                          "flood_syns_per_second": 1_000_000,
                          "detector": {"risk_percent": {"start": 300, "end": 150, "hold": "1s"}},
                          **self.mode}]
        Nginx(self.lab, self.server, ports=(80,))

    def _ctl(self, *arguments):
        return run([SYNSPLICECTL, *arguments, "--socket", self.socket]).stdout

    def _service(self):
        return json.loads(self._ctl("show", "services", "-o", "json"))[0]

    def _attacks(self):
        events = [json.loads(line) for line in self._ctl("events").splitlines()]
        return [event for event in events if event["event_type"].startswith("attack_")]

    def _metric(self, name):
        text = run(["curl", "-sS", "--unix-socket", self.socket, "http://localhost/metrics"]).stdout
        return next(float(line.split()[-1]) for line in text.splitlines()
                    if line.startswith(f"synsplice_{name}"))


class Detector(DetectorTest):
    def test_a_crowd_is_none_and_a_flood_is_an_attack(self):
        crowd = Wrk(self.lab, 4, closing=True)
        crowd.finish()
        self.assertEqual((crowd.failures, self._attacks()), ([], []))
        with Flood(self.lab, "syn-flood-v4", seconds=8, rate=FLOOD_RATE, generators=10):
            wait_until(self._attacks, "an attack", NOTICED_S)
            self.assertEqual(self._metric('service_attacked{service="web"}'), 1)
            self.assertGreater(self._metric('risk_ratio{service="web"}'), 3)
        wait_until(lambda: self._attacks()[-1]["event_type"] == "attack_end", "its end", OVER_S)
        self._check(self._attacks()[0], self._attacks()[-1])
        self.assertEqual(self._metric('service_attacked{service="web"}'), 0)
        self._check_usual(crowd.done / 4)

    def _check(self, start, end):
        self.assertEqual((start["event_type"], start["service"]), ("attack_start", "web"))
        self.assertGreater(start["attack_start"]["windows"]["60s"]["incomplete_per_second"], 0)
        # The crowd's only client has sent many of late, too: the attack may be told of him first.
        self.assertIn("incomplete", end["attack_end"]["reasons"])
        self.assertGreaterEqual(end["attack_end"]["peak_risk_percent"], 300)
        self.assertGreater(end["attack_end"]["peak_syns_per_second"], FLOOD_RATE / 4)

    def _check_usual(self, crowd_per_second):
        """What a crowd does is usual, but not for a few seconds of an hour."""
        usual = self._metric('baseline_syns_per_second{service="web",window="1s"}')
        self.assertLess(usual, min(2 ** (USUAL_BUCKET / 4) + 1, crowd_per_second))
        limit = yaml.safe_load(self._ctl("suggest", "web"))["services"][0]["syn_limit"]
        self.assertEqual(limit["burst"], 280)  # three times 2 ** (26 / 4)


class Follows(DetectorTest):
    mode = {"mode": "adaptive", "adaptive": {"risk_percent": {"start": 300, "end": 150,
                                                              "hold": "1s"}}}

    def test_mode_adaptive_follows_it(self):
        self.assertFalse(self._service()["challenged"])
        with Flood(self.lab, "syn-flood-v4", seconds=8, rate=FLOOD_RATE, generators=10):
            wait_until(lambda: self._service()["challenged"], "cookies", NOTICED_S)
        wait_until(lambda: not self._service()["challenged"], "none", NOTICED_S)


class Learned(DetectorTest):
    learned = "{}"

    def test_what_was_learned_outlives_a_restart(self):
        self.assertIn("is learned anew", self.appliance.process.output())
        self.assertIn("too little, ask again later", self._ctl("suggest"))
        wait_until(lambda: self._service()["detector"]["learned_s"] >= 2, "seconds", NOTICED_S)
        self.appliance.stop()
        written = json.loads(self.baseline.read_text(encoding="utf-8"))
        self.assertEqual((written["format"], written["version"]), ("synsplice baseline", 1))
        learned = written["services"]["web"]["learned_s"]
        self.assertGreaterEqual(learned, 2)
        self.baseline.write_text(json.dumps(baseline()), encoding="utf-8")
        with Synsplice(self.lab, self.config) as again:
            self.assertNotIn("learned anew", again.process.output())
            self.assertFalse(self._service()["detector"]["learning"])
            self._check_suggestion()

    def _check_suggestion(self):
        """It is a piece of a configuration."""
        suggested = yaml.safe_load(self._ctl("suggest", "web"))
        self.assertEqual(suggested["services"][0]["name"], "web")
        config = json.loads(self.config.read_text(encoding="utf-8"))
        config["services"][0].update(suggested["services"][0])
        whole = self.config.with_name("suggested.yaml")
        whole.write_text(json.dumps(config), encoding="utf-8")
        self.assertIn(": ok", run([SYNSPLICECTL, "check", str(whole)]).stdout)


if __name__ == "__main__":
    main()
