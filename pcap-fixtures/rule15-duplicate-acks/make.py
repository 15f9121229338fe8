"""Duplicate ACKs while waiting make no second flow and count once."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
for _ in range(3):
    c.send("A")
s.receive("S")
s.send("SA")
s.receive("A")
case.save()
