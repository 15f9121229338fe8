"""Connections one after another as lines over time.

A sample is (when it began, in seconds; how long connect() took, in milliseconds, or None).
"""

WINDOW_S = 0.5  # of a point of the success over time


def success_over_time(samples):
    """Per cent of the attempts that began in each window, where it has any."""
    windows = {}
    for at, connect_ms in samples:
        windows.setdefault(int(at / WINDOW_S), []).append(connect_ms is not None)
    return [((window + 0.5) * WINDOW_S, 100 * sum(succeeded) / len(succeeded))
            for window, succeeded in sorted(windows.items())]


def latency_over_time(samples):
    return [(at, connect_ms) for at, connect_ms in samples if connect_ms is not None]
