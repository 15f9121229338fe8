"""Eight bytes of TCP are quoted (RFC 792): ports and sequence number; seven are no quote."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)
s.send("A", b"data")
segment = c.receive("A")
for length in 8, 7:
    case.outside(icmp_error(segment, length=length))
c.send("A", b"data")
segment = s.receive("A")
for length in 8, 7:
    case.inside(icmp_error(segment, length=length))
case.save()
