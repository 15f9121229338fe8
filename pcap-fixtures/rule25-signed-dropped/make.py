"""Signed segments of clients without a bypass: dropped by name, both ways, SYNs too."""
from dialogue import *  # noqa: F403

case = Case(__file__)
MD5 = [("NOP", None), ("NOP", None), (19, bytes(16))]
AO = [(29, bytes(6))]
for options in MD5, AO:
    c, s = client(case), server(case)
    c.send("S", options=options)
    c.send("A", options=options)
    s.send("SA", options=options)
case.save()
