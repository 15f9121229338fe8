"""RST from the backend: only with ack = isnC+1 does the client get its RST."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("A")
s.receive("S")
s.send("RA", seq=0, ack=4711)
c.receive()
s.send("RA", seq=0)
reset = c.receive("RA")
assert reset[TCP].seq == c.ack and reset[TCP].ack == c.seq
case.save()
