"""A backend that answers after the client was told: RST, its half must not stay open."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("A")
case.wait(16)
case.tick()
s.receive("S", "S", "S", "S")
c.receive("RA")
s.send("SA")
reset = s.receive("R")
assert reset[TCP].seq == 1001 and reset[TCP].window == 0
s.send("RA")
s.receive()
c.receive()
case.save()
