"""Every number crosses the wrap: isnC = 0xffffffff, TSval 0xffffffff, SACK edges."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case, seq=0xffffffff, clock=2**32 - 1)
s = server(case, seq=0xfffffff0, clock=2**32 - 20)
connect(c, s)
c.send("PA", b"hello")
s.receive("PA")
for _ in range(3):
    s.send("A", b"0123456789")
c.receive("A", "A", "A")
right = c.ack
left = c.ack = (right - 10) % 2**32
c.ack = (left - 10) % 2**32
c.send("A", options=c.options() + [("NOP", None), ("NOP", None), ("SAck", (left, right))])
s.receive("A")
c.ack = right
c.send("A")
s.receive("A")
close(s, c)
case.save()
