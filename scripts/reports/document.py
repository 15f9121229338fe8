"""A report: one HTML file that holds all it shows and asks nobody for anything."""

import html
import pathlib

STYLE = """
:root { color-scheme: light dark; --back: #fff; --text: #1b1b1b; --faint: #d5d5d5;
  --s0: #0058a3; --s1: #b34700; --s2: #00705a; --s3: #8a2a7c; --s4: #555; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14171a; --text: #e8e8e8; --faint: #3d4247;
    --s0: #6cb4ff; --s1: #ff9d5c; --s2: #4fd0ae; --s3: #e69ad8; --s4: #b0b0b0; } }
body { background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif;
  margin: 0 auto; max-width: 60rem; padding: 1rem; }
table { border-collapse: collapse; }
.wide { overflow-x: auto; }
th, td { border-bottom: 1px solid var(--faint); padding: .3rem .8rem .3rem 0; text-align: right;
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
dt { font-weight: 600; }
dd { margin: 0 0 .4rem 1rem; }
figure { margin: 1.5rem 0; }
figcaption { font-weight: 600; }
.chart { display: block; height: auto; min-width: 34rem; width: 100%; }
.chart text { fill: var(--text); font-size: 12px; }
.grid { stroke: var(--faint); }
.line { fill: none; stroke-linecap: round; stroke-width: 2.5; }
.s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); } .s2 { stroke: var(--s2); }
.s3 { stroke: var(--s3); } .s4 { stroke: var(--s4); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none; padding: 0; }
.bad { font-weight: 600; }
"""


def _row(cells, tag):
    """The first one names the row."""
    first, *others = (html.escape(cell) for cell in cells)
    head = f'<th scope="{"col" if tag == "th" else "row"}">{first}</th>'
    scope = ' scope="col"' if tag == "th" else ""
    return f'<tr>{head}{"".join(f"<{tag}{scope}>{cell}</{tag}>" for cell in others)}</tr>'


class Report:
    """Parts stand in the order in which they are added; texts may hold anything."""

    def __init__(self, title):
        self._title = html.escape(title)
        self._parts = []

    def heading(self, text):
        self._parts.append(f"<h2>{html.escape(text)}</h2>\n")

    def paragraph(self, text, bad=False):
        kind = ' class="bad"' if bad else ""
        self._parts.append(f"<p{kind}>{html.escape(text)}</p>\n")

    def table(self, headings, rows):
        """Texts; the first column names the rows."""
        body = "".join(_row(row, "td") for row in rows)
        self._parts.append('<div class="wide" tabindex="0"><table><thead>'
                           f'{_row(headings, "th")}</thead><tbody>{body}</tbody></table></div>\n')

    def terms(self, pairs):
        """Names and what they mean."""
        self._parts.append("<dl>" + "".join(
            f"<dt>{html.escape(name)}</dt><dd>{html.escape(meaning)}</dd>"
            for name, meaning in pairs) + "</dl>\n")

    def figure(self, markup):
        """What chart.line_chart has made."""
        self._parts.append(markup)

    def text(self):
        return (f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
                '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
                '<link rel="icon" href="data:,">\n'
                f'<title>{self._title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n'
                f'<h1>{self._title}</h1>\n{"".join(self._parts)}</main>\n</body>\n</html>\n')

    def write(self, path):
        pathlib.Path(path).write_text(self.text(), encoding="utf-8")
