"""An idle connection lives 7440 s (RFC 5382)."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

case.wait(7430)
c.send("PA", b"good morning")
s.receive("PA")
case.wait(7460)
s.send("PA", b"too late")
c.receive()
c.send("PA", b"hello?")
c.receive("R")
case.save()
