"""A quoted number that was acknowledged, or never sent: a forged or late error, dropped."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)
s.send("A", b"data")
segment = c.receive("A")
for seq in segment[TCP].seq - 1, segment[TCP].seq + 5:
    segment[TCP].seq = seq
    case.outside(icmp_error(segment))
c.send("A", b"data")
segment = s.receive("A")
for seq in segment[TCP].seq - 1, segment[TCP].seq + 5:
    segment[TCP].seq = seq
    case.inside(icmp_error(segment))
case.save()
