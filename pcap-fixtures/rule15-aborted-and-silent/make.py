"""The client gave up and the backend never answers: nobody is told, nothing is left waiting."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("A")
s.receive("S")
c.send("R")
case.wait(20)
case.tick()
c.receive()
s.receive()
case.save()
