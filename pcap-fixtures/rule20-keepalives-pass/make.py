"""Keepalives and data that was acknowledged already pass and refresh."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

c.send("PA", b"hello")
s.receive("PA")
s.send("A")
c.receive("A")
case.wait(60)
for payload in b"", b"o":
    c.send("A", payload, seq=c.seq - 1)
    s.receive("A")
    s.send("A")
    c.receive("A")
c.send("PA", b"hello", seq=c.seq - 5)
s.receive("PA")
s.send("A", seq=s.seq - 1)
c.receive("A")
case.save()
