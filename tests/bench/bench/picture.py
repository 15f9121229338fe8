"""The measurements as a picture: ratios as bars, packets per second by the size of the table."""

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

AT_LEAST, AT_MOST, TARGET = "#4878a8", "#b08840", "#c03030"
LONGEST_BAR = 2.5


def _draw_ratios(axes, results):
    shown = [(target, measured) for target, measured in results if measured.reference]
    for place, (target, measured) in enumerate(shown):
        length = min(measured.value, LONGEST_BAR)
        axes.barh(place, length, color=AT_MOST if target.at_most else AT_LEAST)
        axes.text(length + 0.02, place, f"{measured.value:.2f}", va="center", fontsize=8)
        axes.plot([target.bound] * 2, [place - 0.4, place + 0.4], color=TARGET)
    axes.set_yticks(range(len(shown)), [f"{target.work} / {target.against}" for target, _ in shown],
                    fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, LONGEST_BAR + 0.3)
    axes.set_title("ratios (blue: at least, brown: at most the red target)", fontsize=9)


def _draw_rates(axes, results):
    """Nothing when they were not measured."""
    rates = next((measured.details["segments_per_s"] for _, measured in results
                  if "segments_per_s" in measured.details), {})
    axes.plot(list(rates), [rate / 1e6 for rate in rates.values()], marker="o", color=AT_LEAST)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.set_xlabel("connections in the table", fontsize=8)
    axes.set_title("segments of random connections,\nMpps of one core, core alone", fontsize=9)


def write(path, machine, results):
    figure, (ratios, rates) = pyplot.subplots(
        1, 2, figsize=(12, 0.3 * len(results) + 1.5), width_ratios=(2, 1))
    _draw_ratios(ratios, results)
    _draw_rates(rates, results)
    figure.suptitle(f"{machine['cpu']}, {machine['cores']} cores, {machine['lanes']}", fontsize=9)
    figure.tight_layout()
    figure.savefig(path)
