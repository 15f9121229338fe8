"""After a RST translation goes on for one cookie life; then the flow is gone."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

s.send("PA", b"on its way")
c.receive("PA")
c.send("R", seq=c.seq)
s.receive("R")
s.send("PA", b"crossing", seq=s.seq)
c.receive("PA")
case.wait(75)
case.tick()
case.save()
