"""A backend whose SYN-ACK has window 0: the client learns 0, later the opening."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case, syn_window=0)
c.send("S")
c.receive("SA")
c.send("A")
s.receive("S")
s.send("SA")
s.receive("A")
assert c.receive("A")[TCP].window == 0
s.send("A")
c.receive("A")
case.save()
