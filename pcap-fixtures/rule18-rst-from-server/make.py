"""The server's RSTs: out of window, then exact."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

s.send("R", seq=s.seq + 2**30)
c.receive()
s.send("RA")
c.receive("RA")
case.save()
