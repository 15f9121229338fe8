#!/usr/bin/python3
"""Each alert of conf/prometheus is raised by its own trouble alone, and has a runbook."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "conf" / "prometheus" / "synsplice.rules.yaml"
ALERTS = re.findall(r"(?m)^ +- alert: (\w+)$", RULES.read_text(encoding="utf-8"))
MANUAL = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")

# For ten minutes, a value each ten seconds. Trouble, and what looks like it and is none.
CASES = {
    "SynspliceAbsent": ({'up{job="synsplice"}': "0+0x60"}, {'up{job="synsplice"}': "1+0x60"}),
    "SynsplicePortDown": ({'synsplice_port_up{port="inside"}': "0+0x60"},
                          {'synsplice_port_up{port="inside"}': "1+0x60"}),
    "SynspliceWorkerStandsStill": ({"synsplice_worker_heartbeat_age_seconds": "0+10x60"},
                                   {"synsplice_worker_heartbeat_age_seconds": "1+0x60"}),
    "SynspliceWorkerBusy": ({"synsplice_worker_busy_ratio": "0.95+0x60"},
                            {"synsplice_worker_busy_ratio": "0.8+0x60"}),
    "SynspliceFramesMissed": ({"synsplice_port_missed_total": "0+5x60"},
                              {"synsplice_port_missed_total": "5+0x60"}),
    "SynspliceAttack": ({'synsplice_service_attacked{service="web"}': "1+0x60"},
                       {'synsplice_service_attacked{service="web"}': "0+0x60"}),
    "SynspliceBackendDown": ({"synsplice_backend_up": "0+0x60"},
                             {"synsplice_backend_up": "0 1+0x59"}),
    "SynspliceFlowTableFull": ({"synsplice_flow_table_entries": "81+0x60",
                                "synsplice_flow_table_capacity": "100+0x60"},
                               {"synsplice_flow_table_entries": "79+0x60",
                                "synsplice_flow_table_capacity": "100+0x60"}),
    "SynspliceHandshakeSlotsFull": ({"synsplice_handshake_slots_in_use": "81+0x60",
                                     "synsplice_handshake_slots_capacity": "100+0x60"},
                                    {"synsplice_handshake_slots_in_use": "79+0x60",
                                     "synsplice_handshake_slots_capacity": "100+0x60"}),
    "SynspliceHandshakesSlow": (
        {'synsplice_handshake_duration_seconds_bucket{service="web",le="1.024"}': "0+90x60",
         'synsplice_handshake_duration_seconds_bucket{service="web",le="2.048"}': "0+100x60",
         'synsplice_handshake_duration_seconds_bucket{service="web",le="+Inf"}': "0+100x60"},
        {'synsplice_handshake_duration_seconds_bucket{service="web",le="0.001"}': "0+100x60",
         'synsplice_handshake_duration_seconds_bucket{service="web",le="1.024"}': "0+100x60",
         'synsplice_handshake_duration_seconds_bucket{service="web",le="+Inf"}': "0+100x60"}),
    "SynspliceConnlimit": ({"synsplice_connlimit_rejections_total": "0+50x60"},
                           {"synsplice_connlimit_rejections_total": "0+5x60"}),
    "SynspliceReloadFailed": ({"synsplice_config_last_reload_successful": "0+0x60"},
                              {"synsplice_config_last_reload_successful": "1+0x60"}),
    "SynspliceEventsLost": ({"synsplice_events_suppressed_total": "0+1x60"},
                            {"synsplice_events_suppressed_total": "7+0x60"}),
}


def raised(series):
    """Names of the alerts that the series raise: promtool expects none and complains of these."""
    test = {"interval": "10s",
            "input_series": [{"series": name, "values": values.strip()}
                             for name, values in series.items()],
            "promql_expr_test": [{
                "expr": f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0)',
                "eval_time": "9m", "exp_samples": [{"labels": "{}", "value": 0}]}
                for alert in ALERTS]}
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        json.dump({"rule_files": [str(RULES)], "evaluation_interval": "10s", "tests": [test]}, file)
        file.flush()
        result = subprocess.run(["promtool", "test", "rules", file.name], capture_output=True,
                                text=True, check=False)
    said = result.stdout + result.stderr
    found = set(re.findall(r'alertname=\\?"(\w+)', said))
    if (result.returncode == 0) == bool(found):
        raise RuntimeError(said)
    return found


class Alerts(unittest.TestCase):
    def test_the_rules_are_well_formed(self):
        subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, check=True)

    def test_each_has_a_case_and_a_runbook(self):
        self.assertEqual(sorted(ALERTS), sorted(CASES))
        runbooks = (ROOT / "docs" / "runbooks.md").read_text(encoding="utf-8")
        self.assertEqual(re.findall(r"(?m)^## (\w+)$", runbooks), ALERTS)
        links = re.findall(r"runbook: docs/runbooks\.md#(\w+)", RULES.read_text(encoding="utf-8"))
        self.assertEqual(links, [alert.lower() for alert in ALERTS])

    def test_each_is_raised_by_its_own_trouble(self):
        for alert, (trouble, none) in CASES.items():
            self.assertEqual(raised(trouble), {alert}, trouble)
            self.assertEqual(raised(none), set(), none)

    def test_all_metrics_exist(self):
        used = set(re.findall(r"synsplice_(\w+?)(?:_bucket)?\b", RULES.read_text(encoding="utf-8")))
        self.assertEqual({name for name in used if f"`{name}`" not in MANUAL}, set())


if __name__ == "__main__":
    unittest.main()
