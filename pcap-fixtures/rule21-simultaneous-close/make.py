"""Both ends close at once: the FINs cross, each is acknowledged, TIME_WAIT."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)
c.send("FA")
s.send("FA")
c.receive("FA")
s.receive("FA")
c.send("A")
s.send("A")
c.receive("A")
s.receive("A")
case.save()
