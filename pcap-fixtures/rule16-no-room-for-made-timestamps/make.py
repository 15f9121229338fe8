"""A full segment of a server without timestamps: packet too big, then the shorter one."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for v6, mtu in (False, 1488), (True, 1488):
    c, s = client(case, v6=v6), server(case, v6=v6, timestamps=False)
    connect(c, s)
    full = 1440 if v6 else 1460
    s.send("A", bytes(full), seq=s.seq)
    c.receive()
    answer = case.output()[-1]
    assert (answer[ICMPv6PacketTooBig].mtu if v6 else answer[ICMP].nexthopmtu) == mtu
    s.send("A", bytes(full - 12))
    c.receive("A")
case.save()
