"""The server closed first and the client is gone: 240 s."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

s.send("FA")
c.receive("FA")
c.send("A")
s.receive("A")
case.wait(239)
c.send("PA", b"in time")
s.receive("PA")
case.wait(250)
c.send("PA", b"too late")
c.receive("R")
case.save()
