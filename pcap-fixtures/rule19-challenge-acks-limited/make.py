"""Ten challenge ACKs per flow within a tick; another flow has its own."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

for _ in range(12):
    c.send("S", seq=424242)
c.receive(*["A"] * 10)
other, s2 = client(case, port=40001), server(case, peer_port=40001)
connect(other, s2)
other.send("S", seq=424242)
other.receive("A")
case.save()
