#!/usr/bin/python3
"""Breaks random lines of the core, one at a time, and says which tests notice.

  mutate_random.py --seed S --count N
  mutate_random.py --seed S --only .cc  those only whose file has the text: a header rebuilds a lot

What does not compile is not counted. What survives is either equivalent or a test that is missing:
a reader decides.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/tidy"))
from tidy import CORE, core_files, without_comments_and_literals  # noqa: E402

SWAPS = [("<", "<="), ("<=", "<"), (">", ">="), (">=", ">"), ("==", "!="), ("!=", "=="),
         ("+", "-"), ("-", "+"), ("&&", "||"), ("||", "&&"), ("+=", "-="), ("-=", "+=")]
RENAMES = [("true", "false"), ("false", "true"), ("std::min", "std::max"),
           ("std::max", "std::min"), ("++", "--"), ("--", "++")]
NUMBER = re.compile(r"(?<![\w'.])(\d+)(u|ull|)(?![\w'.])")
# A call or an assignment that is a statement of its own, or what an if on one line does.
STATEMENT = re.compile(r"(?:^\s*|^\s*if \(.*\) )((?:\+\+|--)?(?!else\b|switch\b|while\b|for\b|if\b)"
                       r"[\w.:\[\]>*-]+(?: [-+|&^]?= .*|\(.*\)|);)$")

# Lines that are not drawn, and why.
NOT_DRAWN = [
    (r"^\s*#|static_assert|^\s*(template|using|enum|class|struct|friend|requires)\b",
     "declarations: the compiler judges them"),
    (r"SYNSPLICE_CHECK", "invariants: nothing reaches what they guard"),
    (r"[Pp]refetch|reserve\(|likely\b|__builtin_expect|alignas|_pause\(", "speed only"),
    (r"SketchKey\(", "numbers that only keep keys apart"),
    (r"^\s+[\w:<>]+ \w+ : \d+", "bit fields: a wider one holds the same"),
    (r"^\s+(?!const|static|return|auto)[\w:<>]+ \w+ = [\w:]+;", "first values, written over"),
]
UNWANTED = re.compile("|".join(f"(?:{pattern})" for pattern, _ in NOT_DRAWN))


def balanced(text):
    return all(text.count(a) == text.count(b) for a, b in ("()", "[]", "{}"))


def variants(line, begins_statement):
    """Every line that stands for `line` with one thing changed."""
    for old, new in SWAPS:
        for match in re.finditer(rf"(?<= ){re.escape(old)}(?= |$)", line):
            yield line[:match.start()] + new + line[match.end():]
    for old, new in RENAMES:
        for match in re.finditer(rf"(?<!\w){re.escape(old)}(?![a-z])", line):
            yield line[:match.start()] + new + line[match.end():]
    for match in NUMBER.finditer(line):
        for change in (1, -1) if int(match[1]) else (1,):
            number = f"{int(match[1]) + change}{match[2]}"
            yield line[:match.start()] + number + line[match.end():]
    condition = re.match(r"(.*\bif )(\(.*\))( [^()]*(?:\{|;|\(.*\);))$", line)
    if condition and balanced(condition[2]):
        yield f"{condition[1]}(!{condition[2]}){condition[3]}"
    statement = STATEMENT.match(line)
    if begins_statement and statement and balanced(line[statement.start(1):]):
        yield line[:statement.start(1)] + "{}"


def candidates():
    """(file, line number, the lines that may stand there instead) of all the core."""
    for path in core_files():
        before, source = "", path.read_text(encoding="utf-8")
        code = without_comments_and_literals(source).split("\n")
        for number, (line, whole) in enumerate(zip(map(str.rstrip, code), source.split("\n"))):
            has_literal = not whole.startswith(line)
            if line and not has_literal and not UNWANTED.search(line):
                changed = list(variants(line, before.endswith((";", "{", "}", ":"))))
                if changed:
                    yield path.relative_to(ROOT), number, changed
            before = line or before


class Tree:
    """The scratch copy, and how far the tests come with it."""

    def __init__(self, folder, runs):
        self.source, self.build, self.runs = folder / "tree", folder / "build", runs
        shutil.copytree(ROOT, self.source, ignore=shutil.ignore_patterns("build*", ".git"))
        # A mutation may leave something unused; nothing here needs to be optimised as a whole.
        for name, flag in (("CMakeLists.txt", " -Werror"),
                           ("src/CMakeLists.txt", "-flto=auto -ffat-lto-objects ")):
            text = (self.source / name).read_text(encoding="utf-8")
            (self.source / name).write_text(text.replace(flag, ""), encoding="utf-8")
        os.environ["CCACHE_BASEDIR"] = str(folder)  # what it knows of another run's folder is used
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        subprocess.run(["cmake", "-G", "Ninja", "-S", self.source, "-B", self.build, *launcher,
                        "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g0 -DNDEBUG",
                        "--log-level=WARNING"], check=True, stdout=subprocess.DEVNULL)

    def run(self, seconds, *command):
        """Whether it ends well and in time. The bound of memory is for loops without an end."""
        bounds = ["timeout", str(seconds), "prlimit", "--as=4000000000", "nice", "-n", "10"]
        return subprocess.run([*bounds, *command], check=False, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0

    def verdict(self, folder):
        """What the tests say, the folder's own first: each is built when those before passed."""
        units = sorted(CORE, key=lambda name: (name != folder, name != "proxy"))
        tests = [f"tests/{name}_test" for name in units]
        tests[1:1] = ["tests/fixtures/dialogue_test"]
        for test in [*tests, "tests/fixtures/fixture_test", "tests/sim/sim"]:
            if not self.run(900, "ninja", "-C", self.build, "-j2", test):
                return "does not compile"
            options = ["--runs", str(self.runs)] if test.endswith("/sim") else ["--gtest_fail_fast"]
            if not self.run(120, self.build / test, *options):
                return f"caught by {Path(test).name}"
        return "SURVIVED"

    def judge(self, name, number, line):
        path = self.source / name
        original = path.read_text(encoding="utf-8")
        lines = original.split("\n")
        lines[number] = line
        path.write_text("\n".join(lines), encoding="utf-8")
        try:
            return self.verdict(name.parts[-2])
        finally:
            path.write_text(original, encoding="utf-8")


def draw(tree, arguments):
    dice, survivors, counted = random.Random(arguments.seed), 0, 0
    undrawn = [place for place in candidates() if arguments.only in str(place[0])]
    while undrawn and counted < arguments.count:
        name, number, changed = undrawn.pop(dice.randrange(len(undrawn)))
        line, start = dice.choice(changed), time.monotonic()
        verdict = tree.judge(name, number, line)
        counted += verdict != "does not compile"
        survivors += verdict == "SURVIVED"
        before = (ROOT / name).read_text(encoding="utf-8").split("\n")[number]
        print(f"{name}:{number + 1}: {before.strip()} -> {line.strip()}: {verdict}, "
              f"{time.monotonic() - start:.0f} s", flush=True)
    print(f"{counted - survivors} of {counted} caught")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--only", default="", help="those whose file has this text")
    parser.add_argument("--runs", type=int, default=3000, help="worlds of the simulator for each")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(Path(folder), arguments.runs)
        verdict = tree.verdict("proxy")
        if verdict != "SURVIVED":
            sys.exit(f"the tree as it is: {verdict}")
        draw(tree, arguments)


if __name__ == "__main__":
    main()
