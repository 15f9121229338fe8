#!/usr/bin/python3
"""Style as an ordinary test: budgets, layers, and what must be complete.

The budgets are a ratchet: they only go down. Run from anywhere; names every place that fails.
"""

import ast
import re
import shutil
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rule_table import RuleTable  # noqa: F401, its tests are run with these

ROOT = Path(__file__).resolve().parents[2]

MAX_FILE_LINES = 400
MAX_HEADER_LINES = 200
MAX_FUNCTION_LINES = 70
MAX_PARAMETERS = 5
MAX_COLUMNS = 100
MAX_FOLDER_FILES = 28
# Cases and runs that stand side by side.
CROWDED = {"tests/dialogues", "tests/sim", "tests/wire_stack"}

TREES = (".ci", "conf", "docs", "include", "pcap-fixtures", "scripts", "src", "tests", "web")

# Which folders of the core a folder may include (itself besides).
LAYERS = {
    "base": set(),
    "tcp": {"base"},
    "wire": {"base", "tcp"},
    "cookie": {"base", "tcp"},
    "flow": {"base", "tcp"},
    "limit": {"base", "tcp"},
    "lists": {"base"},
    "policy": {"base", "tcp", "lists"},
    "health": {"base", "policy"},
    "watch": {"base", "limit", "policy"},
}
# A line of rooms (docs/architecture.md): each may include all that stand before it.
for room in ("state", "answer", "splice", "open", "edge", "proxy"):
    LAYERS[room] = set(LAYERS)
CORE = tuple(LAYERS)

# The same around the core, which includes none of these.
SHELLS = {
    "text": {"base", "tcp", "wire", "cookie", "flow", "policy"},
    "control/yaml": {"base", "tcp", "policy", "text"},
    "control/lists": {"base", "lists", "policy"},
    "control/rules": {"control/lists", "text"},
    "control": {"base", "cookie", "flow", "limit", "lists", "policy", "state", "text",
                "control/lists", "control/rules", "control/yaml"},
    "io/file": set(),
    "io/terminal": set(),
    "io/memory": {"base", "state"},
    "io/pcap": {"base", "wire"},
    "io/host": {"base", "control"},
    "io/xdp": {"base", "lists", "policy", "control", "control/lists", "io/host"},
    "capture": {"base", "wire", "policy", "io/pcap"},
    "detect": {"base", "lists", "policy", "watch"},
    "replay": {*CORE, "text", "io/file", "io/memory", "io/pcap"},
    "explain": {*CORE, "text", "io/pcap", "replay"},
    "system": {*CORE, "text", "control", "io/host", "io/memory", "io/terminal", "io/xdp"},
    "io/dpdk/port": {*CORE, "control", "io/host", "io/memory", "io/xdp"},
    "io/dpdk/lcore": {*CORE, "capture", "control", "io/dpdk/port", "io/host"},
    "admin": {"base", "tcp", "flow", "limit", "lists", "policy", "health", "watch", "state",
              "capture", "control", "control/lists", "detect", "text"},
    "admin/events": {"admin", "base", "control/lists", "detect", "limit", "policy", "state",
                     "text"},
    "admin/metrics": {"admin", "base", "tcp", "health", "policy", "state", "watch"},
    "admin/api": {"admin", "admin/events", "admin/metrics", "base", "tcp", "flow", "state", "text",
                  "capture", "control", "control/lists"},
    "admin/live": {"admin", "admin/api", "admin/events", "base"},
    "web": set(),
    "io/admin": {"base", "admin", "admin/api", "admin/events", "admin/live", "control", "io/host",
                 "web"},
    "io/events": {"base", "admin", "admin/events", "control", "io/host"},
    "io/dpdk": {*CORE, "admin", "admin/api", "admin/events", "capture", "control",
                "control/lists", "detect", "io/admin", "io/dpdk/lcore", "io/dpdk/port", "io/events",
                "io/file", "io/host", "io/memory", "io/xdp"},
    "timeline": {"base", "text"},
    "programs/ctl": {"text"},
    "programs/ctl/look": {"base", "programs/ctl", "text"},
    "programs/ctl/capture": {"base", "io/file", "io/pcap", "programs/ctl", "text"},
    "programs/ctl/change": {"base", "control", "control/yaml", "programs/ctl", "text"},
    "programs/ctl/help": {"base", "programs/ctl", "text"},
    "programs/diagnosis": {"base", "control", "io/file", "io/host", "programs/ctl",
                           "programs/ctl/look", "system", "text", "timeline"},
    "programs": {*CORE, "control", "control/lists", "explain", "io/dpdk", "io/host", "io/pcap",
                 "io/terminal", "programs/ctl", "programs/ctl/capture", "programs/ctl/change",
                 "programs/ctl/help", "programs/ctl/look", "programs/diagnosis", "replay",
                 "system"},
}

# The core reads no clock, rolls no dice, writes no log and waits for nobody. base/check.h says its
# last words before it aborts.
IMPURE = re.compile(
    r"\b(?:(?:system|steady|high_resolution)_clock|clock_gettime|gettimeofday"
    r"|s?rand|random_device|mt19937(?:_64)?|v?[fd]?printf|puts|cout|cerr|clog|spdlog|fmt"
    r"|(?:shared_|recursive_|timed_)*mutex|condition_variable|(?:lock|unique|scoped)_guard"
    r"|pthread_\w+|sleep_for|usleep|nanosleep|this_thread)\b")
IMPURE_EXCEPTIONS = {"include/synsplice/base/check.h"}
CORE_FOREIGN = re.compile(r'#include [<"](?:rte_|pcap|yaml-cpp|fmt/|spdlog/|nlohmann/|CLI/)')

RAW_STRING = re.compile(r'R"\((?:.|\n)*?\)"')

# Split, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")


def files(*suffixes, trees=TREES):
    for tree in trees:
        for path in sorted((ROOT / tree).rglob("*")):
            skipped = {"__pycache__", "corpus"}.intersection(path.parts)  # corpus: fuzz inputs
            if path.is_file() and path.suffix in suffixes and not skipped:
                yield path


def text_of(path):
    return path.read_text(encoding="utf-8")


def name_of(path):
    return str(path.relative_to(ROOT))


def core_files():
    for folder in CORE:
        yield from files(".h", ".cc", trees=(f"include/synsplice/{folder}", f"src/{folder}"))


def begins_its_source(header):
    """Whether a source of the core, each of which the build compiles by itself, includes it first:
    then it has compiled alone."""
    name = header.relative_to(ROOT / "include")
    source = (ROOT / "src" / name.relative_to("synsplice")).with_suffix(".cc")
    if name.parts[1] not in CORE or not source.exists():
        return False
    first = re.search(r'^#include [<"]([^>"]+)', text_of(source), re.MULTILINE)
    return first is not None and first[1] == str(name)


def without_comments_and_literals(source):
    """The source with comments and literals blanked, line numbers kept."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"\((?:.*?)\)"|"(?:\\.|[^"\\\n])*"'
        r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])'", re.DOTALL)
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), source)


def count_parameters(signature):
    """Commas at depth 0 of the first parenthesis that is not operator()'s name, plus one."""
    start = signature.index("(", signature.find("operator()") + len("operator()")
                            if "operator()" in signature else 0)
    depth, commas, inside = 0, 0, ""
    for char in signature[start:]:
        depth += char in "([{<"
        depth -= char in ")]}>"
        if depth == 0:
            break
        commas += char == "," and depth == 1
        inside += char
    return commas + 1 if inside[1:].strip() else 0


NOT_A_FUNCTION = re.compile(
    r"^\s*(?:if|for|while|switch|else|do|catch|try|namespace|class|struct|union|enum|extern"
    r"|return)\b|=\s*$|\bconcept\b")


def cpp_functions(source):
    """(line, signature, lines) of every function body: a brace behind a parameter list."""
    source = re.sub(r"^\s*#(?:[^\n]*\\\n)*[^\n]*", lambda m: "\n" * m.group().count("\n"), source,
                    flags=re.MULTILINE)
    source = without_comments_and_literals(source)
    stack, statement_start = [], 0
    for position, char in enumerate(source):
        if char == "{":
            statement = source[statement_start:position]
            is_function = "(" in statement and not NOT_A_FUNCTION.search(statement.lstrip())
            stack.append((position, statement.strip() if is_function else None))
        elif char == "}" and stack:
            opened, signature = stack.pop()
            if signature:
                first = source.count("\n", 0, opened) - signature.count("\n") + 1
                yield first, signature, source.count("\n", 0, position) + 2 - first
        if char in "{};":
            statement_start = position + 1


def python_functions(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
            count = sum(argument.arg not in ("self", "cls") for argument in arguments)
            yield node.lineno, node.name, node.end_lineno - node.lineno + 1, count


def enumerators(header, macro):
    """(identifier, label) of an X-macro list."""
    body = text_of(ROOT / header).split(f"#define {macro}", 1)[1]
    pairs = []
    for line in body.split("\n"):
        pairs += re.findall(r'X\((k\w+),\s*"(\w+)"', line)
        if not line.endswith("\\"):
            break
    return pairs


REASONS = enumerators("include/synsplice/base/reason.h", "SYNSPLICE_REASONS(X)")


class Tidy(unittest.TestCase):
    maxDiff = None

    def expect_none(self, failures):
        failures = list(failures)
        if failures:
            self.fail("\n" + "\n".join(failures))

    def test_file_lengths(self):
        def too_long():
            for path in files(".h", ".cc", ".py", ".js", ".css", ""):
                lines = text_of(path).count("\n")
                budget = MAX_HEADER_LINES if path.suffix == ".h" else MAX_FILE_LINES
                if lines > budget:
                    yield f"{name_of(path)}: {lines} lines, at most {budget}"
        self.expect_none(too_long())

    def test_folders_are_rooms(self):
        def crowded():
            for tree in ("include", "src", "tests"):
                for folder in filter(Path.is_dir, (ROOT / tree).rglob("*")):
                    count = sum(path.is_file() for path in folder.iterdir())
                    skipped = {"__pycache__", "corpus"}.intersection(folder.parts)
                    if count > MAX_FOLDER_FILES and name_of(folder) not in CROWDED and not skipped:
                        yield f"{name_of(folder)}: {count} files, at most {MAX_FOLDER_FILES}"
        self.expect_none(crowded())

    def test_columns(self):
        def too_wide():
            for path in files(".h", ".cc", ".py", ".js", ".css", ".dialogue", ""):
                # Texts that a test expects to the letter stand in raw strings, as they are.
                text = RAW_STRING.sub(lambda match: "\n" * match[0].count("\n"), text_of(path))
                for number, line in enumerate(text.split("\n"), 1):
                    if len(line) > MAX_COLUMNS:
                        yield f"{name_of(path)}:{number}: {len(line)} columns"
        self.expect_none(too_wide())

    def test_cpp_functions(self):
        def too_big():
            for path in files(".h", ".cc"):
                for line, signature, lines in cpp_functions(text_of(path)):
                    where = f"{name_of(path)}:{line}"
                    if lines > MAX_FUNCTION_LINES:
                        yield f"{where}: function of {lines} lines"
                    ours = not re.search("rte_|MHD_", signature.split("(")[0])
                    if ours and count_parameters(signature) > MAX_PARAMETERS:
                        yield f"{where}: {count_parameters(signature)} parameters"
        self.expect_none(too_big())

    def test_cpp_functions_are_found(self):
        found = list(cpp_functions("int F(int a, std::pair<int, int> b) {\n  if (a) {\n  }\n}\n"))
        self.assertEqual([(line, lines) for line, _, lines in found], [(1, 4)])
        self.assertEqual(count_parameters(found[0][1]), 2)

    def test_python_functions(self):
        def too_big():
            for path in files(".py"):
                for line, name, lines, parameters in python_functions(text_of(path)):
                    if lines > MAX_FUNCTION_LINES or parameters > MAX_PARAMETERS:
                        where = f"{name_of(path)}:{line}: {name}"
                        yield f"{where}: {lines} lines, {parameters} parameters"
        self.expect_none(too_big())

    def test_nothing_is_unfinished(self):
        def unfinished():
            for path in files(".h", ".cc", ".py", ".md", ".txt", ".yaml", ".cfg",
                              ".dialogue", ""):
                for number, line in enumerate(text_of(path).split("\n"), 1):
                    if UNFINISHED.search(line):
                        yield f"{name_of(path)}:{number}: {line.strip()}"
        self.expect_none(unfinished())

    def test_only_io_dpdk_includes_dpdk(self):
        def strangers():
            for path in files(".h", ".cc"):
                if re.search(r'#include [<"]rte_', text_of(path)):
                    homes = ("src/io/dpdk/", "tests/io/dpdk/", "tests/bench/feed/")
                    if not name_of(path).startswith(homes):
                        yield name_of(path)
        self.expect_none(strangers())

    def test_core_is_pure(self):
        def impure():
            for path in core_files():
                if name_of(path) in IMPURE_EXCEPTIONS:
                    continue
                code = without_comments_and_literals(text_of(path))
                for number, line in enumerate(code.split("\n"), 1):
                    if match := IMPURE.search(line):
                        yield f"{name_of(path)}:{number}: {match.group()}"
                if match := CORE_FOREIGN.search(text_of(path)):
                    yield f"{name_of(path)}: {match.group()}"
        self.expect_none(impure())

    def test_layers(self):
        def wrong_way():
            rooms = {**LAYERS, **SHELLS}
            for path in files(".h", ".cc", trees=("include/synsplice", "src")):
                folder = str(path.parent.relative_to(ROOT)).removeprefix("include/synsplice/")
                folder = folder.removeprefix("src/")
                allowed = {folder, *rooms[folder]}
                for name in re.findall(r'#include "(?:synsplice/)?([\w/]+)/\w+\.h"', text_of(path)):
                    if name not in allowed:
                        yield f"{name_of(path)}: includes {name}/"
        self.expect_none(wrong_way())

    def test_public_headers_compile_alone(self):
        def compile_alone(path):
            command = ["c++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
                       "-I", "include", "-x", "c++", "-include", str(path), "/dev/null"]
            result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            return "" if result.returncode == 0 else f"{name_of(path)}: {result.stderr[:400]}"
        headers = [path for path in files(".h", trees=("include",)) if not begins_its_source(path)]
        with ThreadPoolExecutor(2) as pool:
            self.expect_none(filter(None, pool.map(compile_alone, headers)))

    def test_every_core_source_has_its_test(self):
        def untested():
            for path in files(".cc", trees=[f"src/{folder}" for folder in CORE]):
                folder = path.parent.relative_to(ROOT / "src")
                test = ROOT / "tests" / folder / f"{path.stem}_test.cc"
                if not test.exists():
                    yield f"{name_of(path)}: {name_of(test)} is missing"
        self.expect_none(untested())

    def test_every_reason_is_tested(self):
        tests = "\n".join(text_of(path) for path in files(".cc", ".h", trees=("tests",)))
        expected = "\n".join(text_of(path) for path in files(".txt", trees=("pcap-fixtures",)))
        self.expect_none(
            identifier for identifier, label in REASONS
            if not re.search(rf"\bReason::{identifier}\b", tests)
            and not re.search(rf"\b{label}\b", expected))

    def test_every_address_of_the_api_is_described(self):
        source = text_of(ROOT / "src/admin/api/api.cc")
        routes = set(re.findall(r'^    \{"(/[^"]+)", ', source, re.M))
        self.assertIn("/v1/status", routes)
        routes.add("/")  # the page
        described = re.findall(r"^  (/\S*):$", text_of(ROOT / "docs/openapi.yaml"), re.M)
        rows = re.findall(r"^\| (`/[^|]*) \|", text_of(ROOT / "docs/operating.md"), re.M)
        told = re.findall(r"`(/\S*)`", " ".join(rows))
        self.assertEqual((routes, routes), (set(described), set(told)))

    def test_links_of_the_manual_exist(self):
        generated = set(re.findall(r'"(\w+\.md)": ', text_of(ROOT / "docs/site/pages.py")))

        def broken():
            for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
                for target in re.findall(r"\]\(([^)#:]+)\)", text_of(path)):
                    if not (path.parent / target).exists() and target not in generated:
                        yield f"{name_of(path)}: {target}"
        self.expect_none(broken())

    @unittest.skipUnless(shutil.which("clang-format"), "clang-format is not installed")
    def test_clang_format(self):
        paths = [str(path) for path in files(".h", ".cc")]
        result = subprocess.run(["clang-format", "--dry-run", "-Werror", *paths], cwd=ROOT,
                                capture_output=True, text=True, check=False)
        errors = [line for line in result.stderr.split("\n") if "error:" in line]
        self.expect_none(sorted({line.replace(f"{ROOT}/", "") for line in errors}))


if __name__ == "__main__":
    unittest.main()
