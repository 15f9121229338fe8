"""Early data that is not the next in order is dropped; what is held already is not held twice."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("A")
c.send("A", b"second", seq=c.seq + 5)
c.send("PA", b"first")
c.send("PA", b"first", seq=c.seq - 5)
s.receive("S")
s.send("SA")
s.receive("A", "PA")
c.receive("A")
case.save()
