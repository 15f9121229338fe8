#!/usr/bin/python3
"""`synsplicectl check --json` and `--require`, by its exit status and beside another validator."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "conf/policy/rules.json"
PORTS = {"outside": {"device": "net_null0"}, "inside": {"device": "net_null1"}}
SERVICE = {"name": "web", "listen": ["198.18.0.10:80"], "connlimit": {"above": 50}}
NAT = {"name": "nat", "listen": ["198.18.0.20:80"], "connlimit": {"above": 50},
       "backends": ["198.18.0.21:80"]}


class SiteRules(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def check(self, configuration, *arguments):
        file = self.folder / "synsplice.yaml"
        file.write_text(json.dumps(configuration), encoding="utf-8")
        return subprocess.run([os.environ["SYNSPLICECTL"], "check", *arguments, str(file)],
                              text=True, capture_output=True, timeout=60, check=False)

    def good(self, *services):
        return {"ports": PORTS, "cookie": {"secret_file": str(self.folder / "secret")},
                "events": {"journal": True}, "services": [SERVICE, *services]}

    def test_exit_status(self):
        rules = ("--require", str(RULES))
        kept = self.check(self.good(), *rules)
        self.assertEqual((kept.returncode, kept.stderr), (0, ""))
        self.assertIn(": ok (1 services, 1 listeners)", kept.stdout)
        open_service = {**SERVICE, "name": "open", "listen": ["198.18.0.11:80"], "mode": "off"}
        broken = self.check(self.good(open_service), *rules)
        self.assertEqual((broken.returncode, broken.stdout), (1, ""))
        self.assertRegex(broken.stderr, r"synsplice.yaml:1:\d+: services\[1\].mode: breaks the "
                                        r"site rule 'every service is protected' of \S*json: ")
        for text in "", "{", '{"minimun": 1}':
            bad = self.folder / "bad.json"
            bad.write_text(text, encoding="utf-8")
            result = self.check(self.good(), "--require", str(bad))
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertRegex(result.stderr, r"\A\S*bad.json: [^\n]+\n\Z")
        for path in "", str(self.folder / "none"):
            missing = self.check(self.good(), "--require", path)
            self.assertEqual(missing.returncode, 1)
            self.assertIn(": cannot be read: No such file or directory", missing.stderr)

    def test_another_validator_agrees(self):
        schema = json.loads(RULES.read_text(encoding="utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        checked = {**NAT, "health": {"source_v4": "198.18.0.250"}}
        open_service = {**SERVICE, "mode": "monitor"}
        unlimited = {**NAT, "connlimit": {}}
        banned = {**SERVICE, "connlimit": {"above": 5, "ban_time": "25h"}}
        bare = self.good()
        del bare["cookie"], bare["events"]
        for configuration, broken in (
                (self.good(), 0), (self.good(NAT), 1), (self.good(checked), 0),
                (self.good(unlimited), 2), ({**self.good(), "services": [open_service]}, 0),
                ({**self.good(), "services": [banned]}, 1), (bare, 2)):
            result = self.check(configuration, "--json", "--require", str(RULES))
            told = json.loads(result.stdout)
            self.assertEqual(len(told["findings"]), broken, told["findings"])
            self.assertEqual(result.returncode, 1 if broken else 0)
            theirs = list(validator.iter_errors(told["configuration"]))
            self.assertEqual(len(theirs), broken)
            names = {rule["title"] for rule in schema["allOf"]}
            for finding in told["findings"]:
                self.assertIn(finding["rule"], names)


if __name__ == "__main__":
    unittest.main()
