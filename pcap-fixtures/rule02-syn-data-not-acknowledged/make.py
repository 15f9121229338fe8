"""Data in the SYN (TCP Fast Open) is not acknowledged: the client sends it again."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S", b"early bird", seq=1000)
answer = c.receive("SA")
assert answer[TCP].ack == 1001
c.seq = 1001
c.send("PA", b"early bird")
s.receive("S")
s.send("SA")
s.receive("A", "PA")
case.save()
