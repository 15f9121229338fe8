"""nmap: what a scanner believes of each port and why, and of the stack behind them."""

import re
import xml.etree.ElementTree as ElementTree

TIMEOUT_S = 40


class Scan:
    """The report on one address."""

    def __init__(self, xml):
        self._report = ElementTree.fromstring(xml)

    @property
    def ports(self):
        """{port: (state, reason)}"""
        states = {}
        for port in self._report.iter("port"):
            state = port.find("state")
            states[int(port.get("portid"))] = (state.get("state"), state.get("reason"))
        return states

    @property
    def fingerprint(self):
        """{test: its results}, of IPv4: nmap-os-db names the tests and what they say."""
        text = next(self._report.iter("osfingerprint")).get("fingerprint")
        text = text.replace("OS:", "").replace("\n", "")
        return dict(re.findall(r"(\w+)\(([^)]*)\)", text))

    @property
    def sequence_index(self):
        """nmap's difficulty of guessing the next initial sequence number."""
        return int(next(self._report.iter("tcpsequence")).get("index"))


def scan(space, address, *options):
    # The kernel finds the neighbour: nmap itself would spoil that too with --badsum.
    family = ["-6"] if ":" in address else []
    return Scan(space.run("nmap", *family, "-n", "-Pn", "--send-ip", "--max-retries", "1",
                          "--host-timeout", f"{TIMEOUT_S}s", "-oX", "-", *options, address,
                          timeout_s=TIMEOUT_S + 10).stdout)
