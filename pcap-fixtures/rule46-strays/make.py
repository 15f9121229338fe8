"""SYN-ACKs, RSTs and FINs of no connection: dropped by name, whatever police calls an attack."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for v6 in False, True:
    for flags in "SA", "R", "RA", "F", "FA":
        c = client(case, v6=v6)
        c.send(flags)
case.save()
