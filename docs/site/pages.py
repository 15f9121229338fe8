"""The pages of the manual that are made from what the programs and the API are made from."""

import re

import yaml


def _rows(text, macro):
    """(label, texts) of an X-macro list of C++."""
    body = text.split(f"#define {macro}(X)", 1)[1]
    body = re.match(r"(?:.*\\\n)*.*\n", body)[0]
    words = dict(re.findall(r'#define (SYNSPLICE_\w+) *(?:\\\n)?\s*"([^\n]*)"', text))
    for entry in re.findall(r"X\((k\w+,.*?)\)\s*\\?\n", body, re.DOTALL):
        for name, value in words.items():
            entry = entry.replace(name, f'"{value}"')
        # Literals that follow each other are one.
        joined = re.sub(r'"[\s\\]*"', "", entry)
        label, *texts = re.findall(r'"((?:[^"\\]|\\.)*)"', joined)
        yield label, texts


def _cell(text):
    return text.replace("|", "\\|")


def reasons(root):
    """Every drop reason with its remedy, and every event."""
    base = root / "include" / "synsplice" / "base"
    page = ["# Every reason and counter", "",
            "`synsplicectl why NAME` tells the same. A dropped frame has one of the reasons.",
            "", "## Reasons", "", "| reason | means | what to do |", "|---|---|---|"]
    for label, texts in _rows((base / "reason.h").read_text(encoding="utf-8"), "SYNSPLICE_REASONS"):
        if label != "none":
            page.append(f"| `{label}` | {_cell(texts[0])} | {_cell(texts[1])} |")
    page += ["", "## Events", "", "| event | means |", "|---|---|"]
    for label, texts in _rows((base / "counters.h").read_text(encoding="utf-8"),
                              "SYNSPLICE_EVENTS"):
        page.append(f"| `{label}` | {_cell(texts[0])} |")
    return "\n".join(page) + "\n"


def _of_scdoc(text):
    """Marks of scdoc as those of Markdown."""
    text = re.sub(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])", r"`\1`", text)
    return re.sub(r"(?<![\w_`])_([^_\n`]+)_(?![\w_`])", r"*\1*", text)


def configuration(root):
    """Every key, from the manual page."""
    source = (root / "docs" / "man" / "synsplice.yaml.5.scd").read_text(encoding="utf-8")
    page = ["# Every key"]
    body = source.split("# DESCRIPTION\n", 1)[1].split("# SEE ALSO", 1)[0]
    verbatim = False
    for line in body.split("\n"):
        if line.startswith("```"):
            verbatim = not verbatim
        if verbatim or line.startswith("```"):
            page.append(line)
        elif key := re.match(r"\*(\w[\w.\[\]]*)\* ([_*].*)$", line):
            page.append(f"### `{key[1]}`\n\n{_of_scdoc(key[2])}\n")
        elif line.startswith("# "):
            page.append("## " + line[2:].capitalize())
        else:
            page.append(_of_scdoc(line.strip()))
    return "\n".join(page) + "\n"


def _answer(operation):
    content = operation["responses"].get("200", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    is_list = schema.get("type") == "array"
    name = schema.get("items", schema).get("$ref", "").rpartition("/")[2]
    if not name:
        return "text" if not content else "an object"
    return f"{'a list of ' if is_list else ''}[{name}](#{name.lower()})"


def _type(schema):
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    types = schema.get("type", "object")
    return types if isinstance(types, str) else " or ".join(types)


def _paths(paths):
    for path, item in paths.items():
        for method in ("get", "post", "put", "delete"):
            if method not in item:
                continue
            operation = item[method]
            yield from (f"## {method.upper()} {path}", "", operation["summary"], "",
                        f"Answers {_answer(operation)}.", "")
            parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
            if parameters:
                yield from ("| parameter | |", "|---|---|")
                yield from (f"| `{one['name']}` | {_cell(one.get('description', ''))} |"
                            for one in parameters if "name" in one)
                yield ""


def _schemas(schemas):
    for name, schema in schemas.items():
        yield from (f"## {name}", "")
        if "description" in schema:
            yield from (schema["description"], "")
        if "properties" not in schema:
            yield from (f"{_type(schema).capitalize()}.", "")
            continue
        yield from ("| field | is |", "|---|---|")
        for field, what in schema["properties"].items():
            about = [_type(what), *filter(None, [what.get("description")])]
            yield f"| `{field}` | {_cell(': '.join(about))} |"
        yield ""


def api(root):
    """The API, from its description."""
    description = yaml.safe_load((root / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
    page = ["# API", "", description["info"]["description"],
            "What its answers mean is said in [Watching it](operating.md#addresses); errors are "
            "problem documents (RFC 9457). [openapi.yaml](openapi.yaml) is for programs.", ""]
    page += _paths(description["paths"])
    page += _schemas(description["components"]["schemas"])
    return "\n".join(page) + "\n"


def readme(root):
    """The README, its links as those of a page of the manual."""
    text = (root / "README.md").read_text(encoding="utf-8")
    return re.sub(r"\]\(docs/", "](", text)


PAGES = {"api.md": api, "configuration.md": configuration, "readme.md": readme,
         "reasons.md": reasons}
