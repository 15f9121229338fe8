"""SYN+RST, no flags at all, xmas, and segments with neither SYN, ACK nor RST."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case)
for flags in "SR", "SFR", "SFPUR", "", "FPU", "F", "P", "U", "EC":
    c.send(flags, options=[], seq=1000)
c.receive()
case.save()
