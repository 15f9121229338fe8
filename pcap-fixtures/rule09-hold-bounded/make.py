"""Frames and bytes held for one connection are bounded: the rest comes again later."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
assert c.receive("SA")[TCP].window == 1460
c.send("A")
c.send("A", bytes(1400))
c.send("A", bytes(100))
c.seq -= 100
for byte in b"abc":
    c.send("A", bytes([byte]))
s.receive("S")
s.send("SA")
s.receive("A", "A", "A")
case.save()
