"""Client, promise and backend agree on ECN: its bits pass, ECE and CWR too."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("SEC")
c.receive("SAE")
c.send("A")
s.receive("SEC")
s.send("SAE")
s.receive("A")
c.receive("A")
for peer, other in (c, s), (s, c):
    data = peer.segment("A", b"data")
    data[IP].tos = 2  # ECT(0)
    peer.send_packet(data)
    peer.seq += 4
    other.receive("A")
    data = peer.segment("A", b"more")
    data[IP].tos = 3  # congestion experienced
    peer.send_packet(data)
    peer.seq += 4
    other.receive("A")
    other.send("AE")
    peer.receive("AE")
    peer.send("AC", b"slower")
    other.receive("AC")
case.save()
