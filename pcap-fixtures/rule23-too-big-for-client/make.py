"""A router inside has a smaller MTU: the client learns it, with the ack that it knows."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for v6 in False, True:
    c, s = client(case, v6=v6), server(case, v6=v6)
    connect(c, s)
    c.send("A", bytes(1400))
    case.inside(icmp_error(s.receive("A"), mtu=1300))
case.save()
