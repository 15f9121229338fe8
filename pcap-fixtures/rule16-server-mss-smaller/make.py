"""The backend's MSS is smaller than promised: packet too big for the client, then it fits."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for v6, mtu in (False, 1340), (True, 1360):
    c, s = client(case, v6=v6), server(case, v6=v6, mss=1300)
    connect(c, s)
    c.send("A", bytes(1289), seq=c.seq)
    c.receive()
    answer = case.output()[-1]
    assert (answer[ICMPv6PacketTooBig].mtu if v6 else answer[ICMP].nexthopmtu) == mtu
    c.send("A", bytes(1288))
    s.receive("A")
case.save()
