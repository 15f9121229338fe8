#!/usr/bin/python3
"""The subcommands of synsplicectl that ask nobody: why, init, completion, version, help."""

import os
import pathlib
import pty
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SYNSPLICECTL = os.environ["SYNSPLICECTL"]
PORTS = ("--outside", "eth1", "--inside", "eth2")
GOOD = (*PORTS, "--listen", "198.18.0.10:80")


def run(*arguments, **more):
    more = {"stdin": subprocess.DEVNULL, **more}
    return subprocess.run([SYNSPLICECTL, *arguments], text=True, timeout=60, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


class Commands(unittest.TestCase):
    def told(self, *arguments):
        result = run(*arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def expect_usage_error(self, words, *arguments):
        result = run(*arguments)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertRegex(result.stderr, rf"\Asynsplicectl: [^\n]*{words}[^\n]*; see --help\n\Z")

    def expect_80_columns(self, text):
        self.assertEqual([line for line in text.splitlines() if len(line) > 80], [])

    def test_help_and_version(self):
        self.assertEqual(self.told("help"), self.told("--help"))
        self.assertEqual(self.told("help", "why"), self.told("why", "--help"))
        self.assertEqual(self.told("version"), self.told("--version"))
        self.expect_usage_error("wy not in {", "help", "wy")
        for topic in ((), ("init",), ("why",), ("timeline",), ("doctor",), ("support-bundle",),
                      ("completion",), ("help",)):
            text = self.told("help", *topic)
            self.expect_80_columns(text)
            self.assertIn("Exit status: 0 all went well", text)

    def test_why(self):
        names = re.findall(r"(?m)^  (\w+) ", self.told("why"))
        self.assertGreater(len(names), 90)
        texts = {name: self.told("why", name) for name in names}
        self.assertIn("\n  remedy: raise connlimit_table.entries;", texts["connlimit_table_full"])
        self.assertNotIn("remedy", texts["bridged"])
        self.expect_usage_error(r"'conlimit' is no reason and no event \(did you mean 'connlimit'",
                                "why", "conlimit")

        # Types of events: those that there are, in the manual as well.
        _, types = self.told("why").split("\nTypes of `synsplicectl events`:\n")
        types = set(re.findall(r"(?m)^  (\w+) ", types))
        schema = (ROOT / "docs/event.schema.json").read_text(encoding="utf-8")
        self.assertEqual(types, set(re.findall(r'"event_type": \{\s*"const": "(\w+)"', schema)))
        rows = re.findall(r"(?m)^\| (`\w+`[^|]*) \|",
                          (ROOT / "docs/operating.md").read_text(encoding="utf-8"))
        self.assertEqual(types - set(re.findall(r"`(\w+)`", " ".join(rows))), set())

        # What a remedy names exists: counters, keys of the configuration, views, documents.
        keys = (ROOT / "conf/synsplice.yaml").read_text(encoding="utf-8")
        for name, text in texts.items():
            remedy = " ".join(text.partition("remedy:")[2].split())
            for path in re.findall(r"[\w\[\]]+(?:\.\w+)+", re.sub(r"docs/\S+\.md", "", remedy)):
                for key in re.findall(r"\w+", path):
                    self.assertRegex(keys, rf"(?m)^[# ]*(?:- )?{key}:", name)
            for word in re.findall(r"(?<![.\w])[a-z]+_[a-z_]+(?![.\w])", remedy):
                self.assertIn(word, [*names, "connlimit_places"], name)
            for view in re.findall(r"synsplicectl show (\w+)", remedy):
                self.assertIn(view, self.candidates("synsplicectl", "show", ""), name)
            for document in re.findall(r"docs/\w+\.md", remedy):
                self.assertTrue((ROOT / document).exists(), name)

    def candidates(self, *words):
        """What bash offers at the last of the words."""
        script = ('source <("$0" completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                  '_synsplicectl; [ ${#COMPREPLY[@]} = 0 ] || printf "%s\\n" "${COMPREPLY[@]}"')
        result = subprocess.run(["bash", "--norc", "-c", script, SYNSPLICECTL, *words], text=True,
                                capture_output=True, timeout=60, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout.split()

    def test_completion_of_bash(self):
        for words, expected in (
                (["sh"], ["show"]),
                (["show", "po"], ["ports"]),
                (["show", "ports", "-o", ""], ["table", "json"]),
                (["show", "--al"], ["--all"]),
                (["why", "cookie_w"], ["cookie_wrong"]),
                (["completion", ""], ["bash", "fish", "zsh"]),
                (["explain", "--se"], ["--session", "--seed"]),
                (["explain", "--only", ""], ["drops"]),
                (["help", "w"], ["why"]),
                (["explain", "f"], ["flow"]),
                (["doctor", "-o", ""], ["table", "json"]),
                (["support-bundle", "--ad"], ["--addresses"]),
                (["timeline", "--un"], ["--until"]),
                (["timeline", "--ip", "198.18.0.7", "-o", ""], ["table", "json"]),
                (["explain", "flow", "--so"], ["--socket"]),
                (["check", ""], []),
                (["explain", "--config", ""], []),
                (["frobnicate", ""], [])):
            with self.subTest(words):
                self.assertEqual(self.candidates("synsplicectl", *words), expected)
        self.assertIn("drops", self.candidates("synsplicectl", "show", ""))
        self.assertEqual(self.candidates("./path/synsplicectl", ""),
                         self.candidates("synsplicectl", "help", ""))

    def test_completion_of_zsh(self):
        """As a file in fpath, where compinit finds it by its first line, and sourced."""
        script = 'compadd() { shift; print -l -- "$@" }; _files() { print files }; '
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "_synsplicectl")
            path.write_text(self.told("completion", "zsh"), encoding="utf-8")
            loads = ("autoload -U compinit; compinit -u -D; print $_comps[synsplicectl]",
                     f"compdef() {{ print $1 }}; source {path}")
            for load in loads:
                for words, expected in ((["sh"], "show"), (["show", "-o", ""], "table json"),
                                        (["check", ""], "files")):
                    with self.subTest(load, words=words):
                        result = subprocess.run(
                            ["zsh", "-fc", f"fpath=({folder} $fpath); {load}; {script}"
                             'words=("$@"); CURRENT=$#; _synsplicectl; _synsplicectl',
                             "zsh", "synsplicectl", *words],
                            text=True, capture_output=True, timeout=60, check=False)
                        self.assertEqual((result.returncode, result.stderr), (0, ""))
                        told = result.stdout.split()
                        self.assertEqual(told[0], "_synsplicectl")
                        half = len(told) // 2
                        self.assertEqual(told[1:half + 1], told[half + 1:])  # at once, and again
                        self.assertLessEqual(set(expected.split()), set(told))

    def test_completion_of_other_shells(self):
        self.assertIn("-f -a show -d", self.told("completion", "fish"))
        self.expect_usage_error("tcsh not in {bash,fish,zsh}", "completion", "tcsh")

    def test_init(self):
        text = self.told("init", *GOOD, "--backend", "198.18.0.21:8080", "--backend",
                         "198.18.0.22:8080", "--connlimit", "50")
        self.assertIn('\n    backends: ["198.18.0.21:8080", "198.18.0.22:8080"]\n', text)
        self.expect_80_columns(self.told("init", *GOOD))
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "new.yaml")
            self.assertEqual(self.told("init", *GOOD, "-o", str(file)), "")
            self.assertEqual(file.read_text(encoding="utf-8"), self.told("init", *GOOD))
            self.assertIn(": ok (1 services, 1 listeners)\n", self.told("check", str(file)))

    def test_init_overwrites_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            file, link = pathlib.Path(folder, "old"), pathlib.Path(folder, "link")
            file.write_text("mine", encoding="utf-8")
            link.symlink_to("nowhere")
            for path in file, link:
                result = run("init", *GOOD, "-o", str(path))
                self.assertEqual((result.returncode, result.stdout), (1, ""))
                self.assertEqual(result.stderr, f"synsplicectl: {path}: is there already, and "
                                                "init overwrites nothing\n")
            self.assertEqual(file.read_text(encoding="utf-8"), "mine")
            result = run("init", *GOOD, "-o", f"{folder}/no/such")
            self.assertEqual(result.returncode, 1)
            self.assertIn("cannot be written: No such file or directory", result.stderr)

    def test_init_of_a_wrong_command_line(self):
        self.expect_usage_error("--outside is required", "init")
        self.expect_usage_error("--listen is required", "init", *PORTS)
        self.expect_usage_error("--listen: '198.18.0.10' is not address:port: has no port",
                                "init", *PORTS, "--listen", "198.18.0.10")
        self.expect_usage_error("'extra' is not known", "init", *GOOD, "extra")

    def test_init_asks_at_a_terminal(self):
        us, terminal = pty.openpty()
        try:
            os.write(us, b"eth2\n198.18.0.10:80\n")
            asked = run("init", "--outside", "eth1", stdin=terminal)
            os.write(us, b"\n")
            refused = run("init", stdin=terminal)
        finally:
            os.close(us)
            os.close(terminal)
        self.assertEqual((asked.returncode, asked.stdout), (0, self.told("init", *GOOD)))
        self.assertIn("Interface towards the servers", asked.stderr)
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertIn("--outside is required", refused.stderr)


if __name__ == "__main__":
    unittest.main()
