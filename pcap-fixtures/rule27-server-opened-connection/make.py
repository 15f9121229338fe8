"""A connection that the service's own endpoint opens passes untouched, replies too."""
from dialogue import *  # noqa: F403

case = Case(__file__)
s, c = server(case), client(case)
s.send("S")
c.receive("S")
c.send("SA")
s.receive("SA")
s.send("A")
c.receive("A")
c.send("PA", b"hello")
s.receive("PA")
case.save()
