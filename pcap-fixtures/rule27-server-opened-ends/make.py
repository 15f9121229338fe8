"""A connection opened by the server is remembered while it lives, not for ever."""
from dialogue import *  # noqa: F403

case = Case(__file__)
s, c = server(case), client(case)
s.send("S")
c.receive("S")
c.send("SA")
s.receive("SA")
s.send("A")
c.receive("A")
close(s, c)
case.wait(300)
case.tick()
s.send("A")
c.receive()
case.save()
