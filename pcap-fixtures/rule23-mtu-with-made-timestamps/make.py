"""The server has no timestamps: its segments grow on the way, so it is told 12 bytes less."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for v6, told, expected in (False, 1400, 1388), (True, 1400, 1388), (True, 1285, 1280):
    c, s = client(case, v6=v6), server(case, v6=v6, timestamps=False)
    c.port = s.peer_port = 40000 + told
    connect(c, s)
    s.send("A", bytes(1400))
    case.outside(icmp_error(c.receive("A"), mtu=told))
    answer = case.output()[-1]
    assert (answer[ICMPv6PacketTooBig].mtu if v6 else answer[ICMP].nexthopmtu) == expected
case.save()
