"""What the measurements say: a table, JSON and a picture."""

import json
import statistics

HEADINGS = (f"{'work':<48}{'ours':>16}{'reference':>16}{'ratio':>8}{'target':>14}  {'met':<5}"
            "lanes")


def _number(value):
    return f"{value:,.0f}".replace(",", " ") if value >= 1000 else f"{value:.3g}"


def _amount(values, unit):
    return f"{_number(statistics.median(values))} {unit}".strip() if values else "-"


def line(target, measured, lanes):
    work = target.work + (f": {measured.name}" if measured.name else "")
    ratio = f"{measured.value:.2f}" if measured.reference else "-"
    bound = "-" if target.bound is None else f"{target.sense} {_number(target.bound)}"
    met = {True: "yes", False: "no", None: "-"}[target.is_met(measured.value)]
    return (f"{work:<48}{_amount(measured.ours, measured.unit):>16}"
            f"{_amount(measured.reference, measured.unit):>16}{ratio:>8}{bound:>14}  {met:<5}"
            f"{lanes}")


def write_json(path, machine, results):
    """`results`: pairs of target and what was measured. By group and name; and as a table."""
    document = {"machine": machine}
    for target, measured in results:
        group, _, name = target.field.partition(".")
        document.setdefault(group, {})[name] = measured.value
        if measured.name:
            document[group][f"{name}_name"] = measured.name
        document[group].update(measured.details)
    document["table"] = [{
        "field": target.field, "work": target.work, "against": target.against,
        "value": measured.value, "target": target.bound, "at_most": target.at_most,
        "met": target.is_met(measured.value), "unit": measured.unit, "lanes": machine["lanes"],
        "ours": measured.ours, "reference": measured.reference} for target, measured in results]
    path.write_text(json.dumps(document, indent=2) + "\n")
