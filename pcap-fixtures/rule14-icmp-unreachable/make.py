"""ICMP unreachable for our SYN tells the client, after the quoted seq was checked."""
from dialogue import *  # noqa: F403

case = Case(__file__)
ROUTER = "198.18.0.1"


def unreachable(quoted):
    return IP(src=ROUTER, dst=CLIENT) / ICMP(type=3, code=1) / Raw(bytes(quoted)[:28])


c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("A")
syn = s.receive("S")
wrong = syn[IP].copy()
wrong[TCP].seq += 1
case.inside(unreachable(wrong))
c.receive()
case.inside(unreachable(syn[IP]))
c.receive("RA")
case.save()
