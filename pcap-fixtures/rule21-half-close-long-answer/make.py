"""The client closes first and waits a long time for the answer."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

c.send("FA")
s.receive("FA")
s.send("A")
c.receive("A")
case.wait(3600)
s.send("PA", b"the answer is 42")
c.receive("PA")
c.send("A")
s.receive("A")
s.send("FA")
c.receive("FA")
c.send("A")
s.receive("A")
case.save()
