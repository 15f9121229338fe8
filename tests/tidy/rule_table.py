"""The table of rules in tests/README.md is complete and names only what exists."""

import re
import unittest
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULES = range(1, 49)
UNSUPPORTED = "not yet"

CODE = ("src", "include/synsplice")
TESTS = ("tests",)
CASES = ("pcap-fixtures", "tests/dialogues")


def rows():
    """(rule, code, tests, cases) of every row; the last three as the cells stand there."""
    text = (ROOT / "tests/README.md").read_text(encoding="utf-8")
    for line in text.split("\n"):
        if re.match(r"\| \d+ \|", line):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            yield int(cells[0]), *cells[2:5]


def names(cell):
    return re.findall(r"`([^`]+)`", cell)


def case_names():
    """Names of all fixtures and dialogues."""
    folders = [path.name for path in (ROOT / CASES[0]).iterdir() if path.is_dir()]
    return sorted(set(folders) | {path.stem for path in (ROOT / CASES[1]).glob("*.dialogue")})


def stands_for_something(name, folders):
    if folders is CASES:
        return any(fnmatch(case, name) for case in case_names())
    return any(any((ROOT / folder).glob(name)) for folder in folders)


class RuleTable(unittest.TestCase):
    def expect_none(self, failures):
        failures = list(failures)
        if failures:
            self.fail("\n" + "\n".join(failures))

    def test_every_rule_has_one_row(self):
        self.assertEqual([rule for rule, *_ in rows()], list(RULES))

    def test_every_rule_has_code_and_a_test(self):
        self.expect_none(
            f"rule {rule}" for rule, code, tests, cases in rows()
            if code != UNSUPPORTED and not (names(code) and names(tests) + names(cases)))

    def test_names_stand_for_something(self):
        def missing():
            for rule, *cells in rows():
                for cell, folders in zip(cells, (CODE, TESTS, CASES)):
                    for name in names(cell):
                        if not stands_for_something(name, folders):
                            yield f"rule {rule}: {name} is not in {' or '.join(folders)}"
        self.expect_none(missing())

    def test_cases_are_in_the_row_of_their_rule(self):
        patterns = {rule: names(cases) for rule, _, _, cases in rows()}

        def strangers():
            for case in case_names():
                if match := re.match(r"rule(\d\d)-", case):
                    rule = int(match[1])
                    if not any(fnmatch(case, pattern) for pattern in patterns.get(rule, ())):
                        yield f"{case} is not in the row of rule {rule}"
        self.expect_none(strangers())

    def test_dialogues_tell_their_rule(self):
        def silent():
            for path in sorted((ROOT / CASES[1]).glob("*.dialogue")):
                told = path.read_text(encoding="utf-8").split(":", 1)[0]
                rule = int(re.match(r"rule(\d\d)-", path.name)[1])
                if not re.search(rf"\b{rule}\b", told):
                    yield f"{path.name}: '{told}'"
        self.expect_none(silent())


if __name__ == "__main__":
    unittest.main()
