"""A connection that was reset leaves no obstacle."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

c.send("RA")
s.receive("RA")
case.wait(0.071)
c, s = client(case, seq=90000, seen=c.seen), server(case, seq=3000000, seen=s.seen)
connect(c, s)
case.save()
