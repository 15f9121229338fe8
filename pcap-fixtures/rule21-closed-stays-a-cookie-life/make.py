"""After a RST translation goes on for one cookie life; then the flow is gone."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

c.send("PA", b"on its way")
s.receive("PA")
s.send("R", seq=s.seq)
c.receive("R")
c.send("PA", b"crossing", seq=c.seq)
s.receive("PA")
case.wait(75)
case.tick()
case.save()
