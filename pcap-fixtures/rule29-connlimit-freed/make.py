"""A place is free again when both FINs are acknowledged, and at a RST."""
from dialogue import *  # noqa: F403

case = Case(__file__)
pairs = [(client(case, port=port), server(case, peer_port=port)) for port in range(40000, 40004)]
for pair in pairs[:2]:
    connect(*pair)
close(*pairs[0])
connect(*pairs[2])
c, s = pairs[1]
c.send("R")
s.receive("R")
connect(*pairs[3])
case.save()
