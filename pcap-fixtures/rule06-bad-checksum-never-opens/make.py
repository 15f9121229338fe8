"""A valid cookie in a damaged segment opens nothing."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("A", chksum=0x1234)
s.receive()
c.send("A")
s.receive("S")
case.save()
