"""The second data segment proves nothing: dropped, the retransmitted first one opens."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("A", b"second", seq=c.seq + 5)
c.receive()
s.receive()
c.send("PA", b"first")
s.receive("S")
case.save()
