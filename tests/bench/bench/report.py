"""What the measurements say: a table, JSON and a picture."""

import json

COLUMNS = f"{'work':<48}{'ours':>9}{'reference':>11}{'ratio':>8}{'target':>8}  met"


def line(row, result):
    return (f"{row.work:<48}{result['mpps']:>9.2f}{result['reference_mpps']:>11.2f}"
            f"{result[ratio_name(row)]:>8.2f}{row.target:>8.2f}  "
            f"{'yes' if result['met'] else 'no'}")


def ratio_name(row):
    return f"ratio_to_{row.mode}"


def write_json(path, machine, results):
    path.write_text(json.dumps({"machine": machine, **results}, indent=2) + "\n")


def write_picture(path, rows, results):
    """Ratios as bars, targets as marks."""
    import matplotlib
    matplotlib.use("svg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(figsize=(9, 0.5 * len(rows) + 1.5))
    names = [row.name for row in rows]
    axes.barh(names, [results[row.name][ratio_name(row)] for row in rows], color="#4878a8")
    for place, row in enumerate(rows):
        axes.plot([row.target] * 2, [place - 0.4, place + 0.4], color="#c03030")
    axes.invert_yaxis()
    axes.set_xlabel("packets per second, ratio to testpmd; red: target")
    figure.tight_layout()
    figure.savefig(path)
