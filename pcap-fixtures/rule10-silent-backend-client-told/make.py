"""SYN again after 1, 2 and 4 s; then the client gets RST and nothing waits any more."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("A")
c.send("PA", b"hello?")
case.wait(16)
case.tick()
s.receive("S", "S", "S", "S")
reset = c.receive("RA")
assert reset[TCP].seq == c.ack and reset[TCP].ack == c.seq
c.send("PA", b"hello?", seq=c.seq - 6)
c.receive("R")
c.send("S", seq=90000)
c.receive("SA")
case.save()
