#!/usr/bin/python3
"""Proves the simulator: breaks the core line by line; the simulator must notice every time.

  mutate.py           builds and runs each mutation in a scratch copy of the tree
  mutate.py --only T  those only whose rule has the text T
  mutate.py --check   only looks whether every mutation still applies
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "tests/sim/mutations/list.txt"


def read_mutations():
    blocks = [[]]
    for line in LIST.read_text(encoding="utf-8").split("\n"):
        if line.startswith("#"):
            continue
        if line:
            blocks[-1].append(line.split(":", 1))
        elif blocks[-1]:
            blocks.append([])
    return [{key: value.strip() for key, value in block} for block in blocks if block]


def places(text, mutation):
    """Indices of the lines that the mutation names; one is right."""
    found = [number for number, line in enumerate(text.split("\n"))
             if line.strip() == mutation["line"]]
    if "nth" in mutation and len(found) >= int(mutation["nth"]):
        return [found[int(mutation["nth"]) - 1]]
    return found


def check(mutations):
    bad = 0
    for mutation in mutations:
        count = len(places((ROOT / mutation["file"]).read_text(encoding="utf-8"), mutation))
        if count != 1:
            bad += 1
            print(f"{mutation['file']}: found {count} times: {mutation['line']}")
    if len(mutations) < 20:
        bad += 1
        print(f"{len(mutations)} mutations, at least 20")
    return bad


def is_caught(scratch, build, mutation, runs):
    path = scratch / mutation["file"]
    original = path.read_text(encoding="utf-8")
    lines = original.split("\n")
    lines[places(original, mutation)[0]] = mutation["with"]
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        subprocess.run(["ninja", "-C", build, "sim"], check=True, stdout=subprocess.DEVNULL)
        sim = subprocess.run([build / "tests/sim/sim", "--runs", str(runs)], text=True,
                             capture_output=True, check=False)
    finally:
        path.write_text(original, encoding="utf-8")
    last = (sim.stdout + sim.stderr).strip().split("\n")
    return sim.returncode != 0, last[-2] if len(last) > 1 else last[-1]


def run(mutations, runs):
    with tempfile.TemporaryDirectory() as folder:
        scratch, build = Path(folder) / "tree", Path(folder) / "build"
        shutil.copytree(ROOT, scratch, ignore=shutil.ignore_patterns("build*", ".git"))
        cmake = scratch / "CMakeLists.txt"  # a mutation may leave something unused
        lenient = cmake.read_text(encoding="utf-8").replace(" -Werror", "")
        cmake.write_text(lenient, encoding="utf-8")
        subprocess.run(["cmake", "-G", "Ninja", "-S", scratch, "-B", build, "--log-level=WARNING"],
                       check=True, stdout=subprocess.DEVNULL)
        caught = 0
        for mutation in mutations:
            good, how = is_caught(scratch, build, mutation, runs)
            caught += good
            print(f"{'caught' if good else 'MISSED'}: {mutation['file']}: {mutation['with']}\n"
                  f"        {how}", flush=True)
    print(f"{caught} of {len(mutations)} caught")
    return len(mutations) - caught


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--runs", type=int, default=20000)
    parser.add_argument("--only", default="", help="those whose rule has this text")
    arguments = parser.parse_args()
    mutations = read_mutations()
    missed = check(mutations)
    mutations = [mutation for mutation in mutations if arguments.only in mutation["rule"]]
    if not missed and not arguments.check:
        missed = run(mutations, arguments.runs)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
