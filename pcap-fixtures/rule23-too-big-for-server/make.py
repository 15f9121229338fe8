"""A router outside has a smaller MTU: the server learns it, in its own sequence numbers."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for v6 in False, True:
    c, s = client(case, v6=v6), server(case, v6=v6)
    connect(c, s)
    s.send("A", bytes(1400))
    case.outside(icmp_error(c.receive("A"), mtu=1300))
    answer = case.output()[-1]
    assert (answer[ICMPv6PacketTooBig].mtu if v6 else answer[ICMP].nexthopmtu) == 1300
case.save()
