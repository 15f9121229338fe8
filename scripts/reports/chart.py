"""Lines over time as inline SVG, which a page can show without a program or a request.

Colours are those of the page's style sheet (document.py), for dark and light; dashes and the names
beside the lines tell them apart without colours.
"""

import html
import math

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 40
MOST_TICKS = 6
DASHES = ("", "8 3", "2 3", "8 3 2 3", "12 4")
MOST_POINTS = 2000  # of a line: more than anybody sees


def ticks(highest):
    """Round numbers from 0 to `highest`, about MOST_TICKS of them."""
    if highest <= 0:
        return [0]
    rough = highest / MOST_TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [index * step for index in range(int(highest / step + 1e-9) + 1)]


def number(value):
    """As people write it."""
    return f"{value:,.0f}".replace(",", " ") if abs(value) >= 1000 else f"{value:.4g}"


class Linear:
    """Values from 0 to `highest` on an axis from 0 to 1."""

    def __init__(self, highest):
        self.ticks = ticks(highest)
        self._highest = highest

    def place(self, value):
        return value / self._highest if self._highest > 0 else 0


class Logarithmic:
    """Values from one power of ten to another."""

    def __init__(self, lowest, highest):
        self._first = math.floor(math.log10(lowest))
        self._last = max(math.ceil(math.log10(highest)), self._first + 1)
        self.ticks = [10.0 ** power for power in range(self._first, self._last + 1)]

    @classmethod
    def of(cls, lines):
        values = [y for points in lines.values() for _, y in points if y > 0]
        return cls(min(values), max(values)) if values else cls(1, 10)

    def place(self, value):
        power = math.log10(value) if value > 0 else self._first
        return (power - self._first) / (self._last - self._first)


def _x(part):
    return round(LEFT + part * (WIDTH - RIGHT - LEFT), 1)


def _y(part):
    return round(HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP), 1)


def _highest(lines, index):
    return max((point[index] for points in lines.values() for point in points), default=0)


def _grid(x_axis, y_axis):
    for value in y_axis.ticks:
        y = _y(y_axis.place(value))
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{number(value)}</text>'
    for value in x_axis.ticks:
        yield (f'<text x="{_x(x_axis.place(value))}" y="{HEIGHT - BOTTOM + 16}" '
               f'text-anchor="middle">{number(value)}</text>')


def _thinned(points):
    step = math.ceil(len(points) / MOST_POINTS)
    return points[::step] if step > 1 else points


def _line(index, points, x_axis, y_axis):
    places = [f"{_x(x_axis.place(x))},{_y(y_axis.place(y))}" for x, y in _thinned(points)]
    if len(places) == 1:
        places *= 2  # a dot, by its round ends
    return (f'<polyline class="line s{index % len(DASHES)}" points="{" ".join(places)}" '
            f'stroke-dasharray="{DASHES[index % len(DASHES)]}"/>')


def _legend(names):
    """Outside the drawing, so that it wraps on narrow screens."""
    for index, name in enumerate(names):
        number_ = index % len(DASHES)
        yield (f'<li><svg width="28" height="8" aria-hidden="true"><line class="line s{number_}" '
               f'x1="0" x2="28" y1="4" y2="4" stroke-dasharray="{DASHES[number_]}"/></svg> '
               f'{html.escape(name)}</li>')


def line_chart(title, lines, labels, y_axis=None):
    """HTML of a figure. `lines`: name -> [(x, y), ...], x in order, none negative; `labels` of x
    and y. Without `y_axis` it begins at 0."""
    x_axis = Linear(_highest(lines, 0))
    y_axis = y_axis or Linear(_highest(lines, 1))
    drawn = [*_grid(x_axis, y_axis),
             *(_line(index, points, x_axis, y_axis)
               for index, points in enumerate(lines.values()) if points)]
    title, x_label, y_label = map(html.escape, (title, *labels))
    return (f'<figure><figcaption>{title}</figcaption><div class="wide" tabindex="0">'
            f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
            f'{"".join(drawn)}'
            f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 6}" text-anchor="middle">{x_label}'
            f'</text><text transform="translate(14 {HEIGHT / 2}) rotate(-90)" '
            f'text-anchor="middle">{y_label}</text></svg></div>'
            f'<ul class="legend">{"".join(_legend(lines))}</ul></figure>\n')
