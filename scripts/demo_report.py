"""What the demonstration has shown: a table for the terminal, a page with plots."""

import datetime
import platform

from reports.chart import Linear, Logarithmic, line_chart
from reports.document import Report
from reports.samples import latency_over_time, success_over_time
from reports.text import aligned

COLUMNS = {  # key of a result: (heading, format)
    "success": ("success", "{:.1%}"),
    "connect_p50_ms": ("connect p50 ms", "{:.3f}"),
    "connect_p99_ms": ("p99 ms", "{:.3f}"),
    "new_connections_per_s": ("new conn/s", "{:.0f}"),
    "download_mbit_s": ("download Mbit/s", "{:.0f}"),
    "flood_pps": ("flood pps", "{:.0f}"),
}
ACTS = {
    "unprotected": "the flood meets the server, whose SYN cookies are off",
    "synsplice": "synsplice stands before it",
    "kernel_synproxy": "a routing box with the SYNPROXY of nftables stands before it",
    "wire": "the flood is dropped at the server's door: the best possible",
}


def headings():
    return ["act", *(heading for heading, _ in COLUMNS.values())]


def rows(results):
    def cell(result, key):
        return "-" if result[key] is None else COLUMNS[key][1].format(result[key])

    return [[name, *(cell(result, key) for key in COLUMNS)] for name, result in results.items()]


def print_table(results):
    print(aligned([headings(), *rows(results)]))


def write(path, pps, results, sentences):
    report = Report("One SYN flood, four ways to meet it")
    now = datetime.datetime.now(datetime.timezone.utc)
    report.paragraph(f"{now:%Y-%m-%d %H:%M} UTC, {platform.node()}, Linux {platform.release()}. "
                     f"Each act: a flood of {pps} SYNs per second with false sources against a web "
                     "server, on the same cores, with the same hosts; meanwhile a client opens "
                     "connections.")
    for sentence in sentences:
        report.paragraph(f"No demonstration: {sentence}.", bad=True)
    report.terms(ACTS.items())
    report.table(headings(), rows(results))
    samples = {name: result["samples"] for name, result in results.items()}
    report.heading("Over time")
    report.paragraph("Connections one after another, from the first attempt of each act; one that "
                     "is not open within a second has failed.")
    succeeded = {name: success_over_time(of_act) for name, of_act in samples.items()}
    took = {name: latency_over_time(of_act) for name, of_act in samples.items()}
    report.figure(line_chart("Connections that succeed", succeeded, ("seconds", "per cent"),
                             Linear(100)))
    report.figure(line_chart("Time to connect", took, ("seconds", "milliseconds"),
                             Logarithmic.of(took)))
    report.write(path)
