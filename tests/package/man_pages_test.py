#!/usr/bin/python3
"""The manual pages tell every key of the configuration and every option of the programs."""

import collections
import os
import pathlib
import re
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "man"
MADE = pathlib.Path(os.environ["SYNSPLICE_MAN"])

# {"key", Reader(...)} and {"word", kValue} look alike but for the second.
ENTRY = re.compile(r'\{"(\w+)",\s*([\w:]+)')
VALUE = re.compile(r"(?:\w+::)*k[A-Z]\w*")
TERM = re.compile(r"^\*([\w.\[\]]+)\* ", re.MULTILINE)


def page(name):
    return (PAGES / f"{name}.scd").read_text(encoding="utf-8")


def options(help_text):
    return set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", help_text))


def help_of(*command):
    return subprocess.run([*command, "--help"], capture_output=True, text=True, timeout=60,
                          check=True).stdout


class Keys(unittest.TestCase):
    """Of synsplice.yaml(5); a term such as services[].name tells a key and the maps it is in."""

    maxDiff = None

    def setUp(self):
        schema = (ROOT / "src/control/config_schema.cc").read_text(encoding="utf-8")
        self.keys, self.maps, self.words = [], set(), set()
        for name, reader in ENTRY.findall(schema):
            if VALUE.fullmatch(reader):
                self.words.add(name)
            elif reader == "Map":
                self.maps.add(name)
            else:
                self.keys.append(name)
        self.text = page("synsplice.yaml.5")
        _, self.sections = self.text.split("# PORTS", 1)
        self.terms = [term.replace("[]", "") for term in TERM.findall(self.sections)]

    def test_every_key_has_its_term(self):
        told = collections.Counter(term.rsplit(".", 1)[-1] for term in self.terms)
        self.assertEqual(told, collections.Counter(self.keys))

    def test_every_map_is_named(self):
        named = {part for term in self.terms for part in term.split(".")[:-1]}
        self.assertEqual(named - set(self.keys), self.maps)

    def test_every_word_is_told(self):
        self.assertEqual([word for word in self.words if f"*{word}*" not in self.sections], [])

    def test_defaults_are_those_of_the_reference(self):
        """conf/synsplice.yaml, which the unit tests compare with what is built in."""
        told = {}
        for paragraph in self.sections.split("\n\n"):
            term = TERM.match(paragraph)
            default = re.search(r"Default:\s+\*(.*?)\*", paragraph)
            if term and default:
                told[term[1].replace("[]", "")] = default[1]
        expected = reference()
        self.assertGreater(len(expected), 50)
        self.assertEqual({key: told.get(key) for key in expected}, expected)


def reference():
    """Defaults by dotted key. The services of the reference are a comment; the first three keys
    of theirs are examples."""
    text = (ROOT / "conf/synsplice.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^# ( *)(services|[- ] +\w+):", r"\1\2:", text, flags=re.MULTILINE)
    examples = {"services.name", "services.listen", "services.backends"}
    values, maps = {}, []
    for indent, key, value in re.findall(r"^([ -]*)(\w+):[ ]*([^#\n]*)", text, re.MULTILINE):
        maps = [(depth, name) for depth, name in maps if depth < len(indent)]
        path = ".".join([name for _, name in maps] + [key])
        if value.strip() and path not in examples:
            values[path] = value.strip()
        else:
            maps.append((len(indent), key))
    return values


def with_subcommands(command):
    yield command
    _, _, listed = help_of(*command).partition("Subcommands:\n")
    for name in re.findall(r"^  ([\w-]+)", listed, re.MULTILINE):
        yield from with_subcommands([*command, name])


class Options(unittest.TestCase):
    def expect_told(self, name, *commands):
        told = options(page(name))
        for command in commands:
            with self.subTest(command):
                self.assertEqual(options(help_of(*command)) - told, set())

    def test_synsplice(self):
        self.expect_told("synsplice.8", [os.environ["SYNSPLICE_PROGRAM"]])

    def test_synsplicectl(self):
        commands = list(with_subcommands([os.environ["SYNSPLICECTL"]]))
        self.assertGreater(len(commands), 4)
        text = page("synsplicectl.1")
        names = {" ".join(command[1:]) for command in commands}
        self.assertEqual([name for name in names if not re.search(rf"\*{name}\b", text)], [])
        self.expect_told("synsplicectl.1", *commands)

    def test_what_show_shows(self):
        views = re.search(r"what TEXT:\{([\w,]+)\}", help_of(os.environ["SYNSPLICECTL"], "show"))
        text = page("synsplicectl.1")
        self.assertEqual([view for view in views[1].split(",") if f"*{view}*" not in text], [])


class Made(unittest.TestCase):
    @unittest.skipUnless(shutil.which("man"), "man is not installed")
    def test_man_has_nothing_to_say_against_them(self):
        sources = sorted(PAGES.glob("*.scd"))
        self.assertEqual(len(sources), 3)
        for source in sources:
            with self.subTest(source.name):
                shown = subprocess.run(
                    ["man", "--warnings", "--local-file", str(MADE / source.stem)], text=True,
                    env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANROFFSEQ": ""},
                    capture_output=True, timeout=60, check=True)
                self.assertEqual(shown.stderr, "")
                self.assertIn("SEE ALSO", shown.stdout)


if __name__ == "__main__":
    unittest.main()
