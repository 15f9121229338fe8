"""The client's RST is kept until the backend answers, which then gets RST."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("A")
s.receive("S")
c.send("R", seq=c.seq + 1)
c.send("R")
s.send("SA")
s.receive("R")
c.receive()
case.save()
