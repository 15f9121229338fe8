"""What attacks have shown: a judgement, a table for the terminal, a page with plots."""

import datetime
import platform

from reports.chart import Linear, line_chart
from reports.document import Report
from reports.samples import success_over_time
from reports.text import aligned
from wire_lab.attacks.library import ATTACKS

LEAST_SUCCESS = 0.99
# A SYN that is lost is repeated after a second.
MOST_P99_MS = 100
# An attack slower than that, compared with what was asked for, proves nothing.
LEAST_RATE = 0.5
CRITERION = (f"mitigated: at least {LEAST_SUCCESS:.0%} of the connections succeed during the "
             f"attack and after it, 99 of 100 connect within {MOST_P99_MS} ms during it, and the "
             f"attack has at least {LEAST_RATE:.0%} of its rate")
HEADINGS = ["attack", "before", "during", "after", "p50 ms", "p99 ms", "frames/s", "SYN/s in",
            "half-open", "open", "CPU", "verdict"]
LEGEND = ("before, during, after: connections of real clients that succeed; p50, p99: how long "
          "connecting takes them during the attack; frames/s: what the attacker sends; SYN/s in: "
          "SYNs that reach the server; half-open, open: its sockets at the end of the attack; CPU: "
          "of synsplice, in cores")
# Events of every honest connection, which tell nothing.
TOLD_EVENTS = ("cookies_sent", "cookies_valid", "resets_sent", "backend_syns")


def success(phase):
    return phase["succeeded"] / phase["attempts"] if phase["attempts"] else 0.0


def shortcomings(result):
    """Of an act of synsplice, a sentence each."""
    for when, phase in (("during", result["during"]), ("after", result["after"])):
        if success(phase) < LEAST_SUCCESS:
            yield (f"{phase['succeeded']} of {phase['attempts']} connections succeeded {when} the "
                   "attack")
    p99 = result["during"]["connect_p99_ms"]
    if p99 is not None and p99 > MOST_P99_MS:
        yield f"99 of 100 connected within {p99:.0f} ms only"
    sent, due = result["attack_frames_per_second"], result["due_frames_per_second"]
    if sent < LEAST_RATE * due:
        yield f"the attack had {sent:.0f} frames/s instead of {due:.0f}, which proves nothing"


def mitigated(acts):
    return not list(shortcomings(acts["synsplice"]))


def verdict(act, result):
    if act == "synsplice":
        return "NOT mitigated" if list(shortcomings(result)) else "mitigated"
    rate = success(result["during"])
    return "stops" if rate < 0.5 else "suffers" if rate < LEAST_SUCCESS else "copes"


def _number(value, form):
    return "-" if value is None else form.format(value)


def _row(name, act, result):
    during, server = result["during"], result["server"]
    return [name if act == "synsplice" else f"  {act}",
            *(f"{success(result[phase]):.1%}" for phase in ("before", "during", "after")),
            *(_number(during[f"connect_{which}_ms"], "{:.2f}") for which in ("p50", "p99")),
            f"{result['attack_frames_per_second']:.0f}", f"{server['syns_per_second']:.0f}",
            str(server["half_open"]), str(server["established"]),
            _number(result.get("cpu"), "{:.0%}"), verdict(act, result)]


def rows(results):
    return [_row(name, act, result) for name, acts in results.items()
            for act, result in acts.items()]


def drops(counted):
    """By reason, the most first."""
    found = {name.removeprefix("drops."): count for name, count in counted.items()
             if name.startswith("drops.")}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def counts(result):
    """What synsplice counted, as a sentence."""
    counted = result["counted"]
    told = [f"{name} {counted[f'events.{name}']}" for name in TOLD_EVENTS
            if f"events.{name}" in counted]
    reasons = [f"{reason} {count}" for reason, count in drops(counted).items()]
    events = [f"{name} {count}" for name, count in sorted(result["events"].items())]
    parts = {"": told, "by reason: ": reasons, "events: ": events}
    return "; ".join(kind + ", ".join(names) for kind, names in parts.items() if names)


def judgement(name, acts):
    """A line."""
    result = acts["synsplice"]
    told = list(shortcomings(result))
    during = result["during"]
    return f"{name}: " + (f"NOT mitigated: {'; '.join(told)}" if told else
                          f"mitigated: {during['succeeded']} of {during['attempts']} connections "
                          f"succeeded, p99 {during['connect_p99_ms']:.2f} ms")


def text(results):
    """For the terminal."""
    lines = [aligned([HEADINGS, *rows(results)]), ""]
    for name, acts in results.items():
        lines += [judgement(name, acts), f"  {counts(acts['synsplice'])}"]
    return "\n".join([*lines, "", LEGEND, CRITERION])


def _sentence(words):
    return f"{words[0].upper()}{words[1:]}."


def _about_attack(report, name, acts):
    report.heading(name)
    report.paragraph(_sentence(ATTACKS[name].about))
    report.paragraph(f"{judgement(name, acts)}.", bad=not mitigated(acts))
    report.paragraph(f"synsplice counted: {counts(acts['synsplice'])}.")
    lines = {act: success_over_time(result["samples"]) for act, result in acts.items()}
    report.figure(line_chart("Connections that succeed", lines, ("seconds", "per cent"),
                             Linear(100)))


def write(path, results):
    report = Report("Attacks at a web server behind synsplice")
    now = datetime.datetime.now(datetime.timezone.utc)
    report.paragraph(f"{now:%Y-%m-%d %H:%M} UTC, {platform.node()}, Linux {platform.release()}. "
                     "A client opens connections one after another before, during and after each "
                     "attack; one that is not open within a second has failed. The unprotected "
                     "server has its SYN cookies off.")
    report.table(HEADINGS, rows(results))
    report.paragraph(_sentence(LEGEND))
    report.paragraph(_sentence(CRITERION))
    for name, acts in results.items():
        _about_attack(report, name, acts)
    report.write(path)
