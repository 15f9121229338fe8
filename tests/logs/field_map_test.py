#!/usr/bin/python3
"""All collectors of conf/logs map the fields that the manual says, and their files parse."""

import configparser
import pathlib
import re
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONF = ROOT / "conf" / "logs"


def text_of(name):
    return (CONF / name).read_text(encoding="utf-8")


def of_the_manual():
    """{src_type: (what event_type is, what client_ip is)}."""
    page = (ROOT / "docs" / "logs.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")]
    return {row[2].strip(" `"): (row[3].strip(" `"), row[4].strip(" `")) for row in rows[1:]}


def of_syslog_ng():
    fields = {}
    for body in re.findall(r"rewrite r_\w+ \{\n(  set\(.*?)\n\};", text_of("syslog-ng.conf"), re.S):
        values = {name: value.removeprefix("${.in.").removesuffix("}") for value, name in
                  re.findall(r'set\("([^"]+)" value\("(\w+)"\)\)', body)}
        if "src_type" in values:
            fields[values["src_type"]] = values["event_type"], values["client_ip"]
    return fields


def of_fluent_bit():
    fields = {}
    for rule in yaml.safe_load(text_of("fluent-bit.yaml"))["pipeline"]["filters"]:
        if rule["name"] == "modify":
            values = {"event_type": "event_type", "client_ip": "client_ip"}
            values |= {new: old for old, new in map(str.split, rule.get("rename", []))}
            values |= dict(map(str.split, rule["set"]))
            fields[values["src_type"]] = values["event_type"], values["client_ip"]
    return fields


def of_vector():
    fields = {}
    for transform in yaml.safe_load(text_of("vector.yaml"))["transforms"].values():
        values = {name: value.strip('"').removeprefix(".in.") for name, value in
                  re.findall(r"(?m)^\.(\w+) = (\S+)$", transform["source"])}
        if "src_type" in values:
            fields[values["src_type"]] = values["event_type"], values["client_ip"]
    return fields


class FieldMap(unittest.TestCase):
    def test_is_that_of_the_manual(self):
        manual = of_the_manual()
        self.assertEqual(manual["iptables"], ("packet", "SRC"))
        for collector in of_syslog_ng, of_fluent_bit, of_vector:
            self.assertEqual(collector(), manual, collector.__name__)

    def test_fluent_bit_is_whole(self):
        pipeline = yaml.safe_load(text_of("fluent-bit.yaml"))["pipeline"]
        tags = {source["tag"] for source in pipeline["inputs"]}
        self.assertEqual(tags, set(of_the_manual()))
        sections = text_of("fluent-bit-parsers.conf").split("[PARSER]\n")[1:]
        parsers = set()
        for section in sections:
            reader = configparser.RawConfigParser(delimiters=(" ",))
            reader.read_string("[PARSER]\n" + re.sub(r"(?m)^ +", "", section))
            self.assertIn(reader["PARSER"]["format"].strip(), ("json", "regex"))
            parsers.add(reader["PARSER"]["name"].strip())
        used = [rule["parser"] for rule in pipeline["filters"] if rule["name"] == "parser"]
        self.assertEqual({name for names in used for name in (
            names if isinstance(names, list) else [names])}, parsers)

    def test_vector_is_whole(self):
        config = yaml.safe_load(text_of("vector.yaml"))
        known = {*config["sources"], *config["transforms"]}
        steps = [*config["transforms"].values(), *config["sinks"].values()]
        self.assertLessEqual({name for step in steps for name in step["inputs"]}, known)

    def test_all_read_the_same_files(self):
        paths = [set(re.findall(r"/var/log/[\w./-]+", text_of(name)))
                 for name in ("syslog-ng.conf", "fluent-bit.yaml", "vector.yaml")]
        self.assertEqual(len(paths[0]), 4)
        self.assertTrue(paths[0] == paths[1] == paths[2], paths)


if __name__ == "__main__":
    unittest.main()
