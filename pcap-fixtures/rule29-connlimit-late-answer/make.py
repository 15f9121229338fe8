"""connlimit refused the next handshake; the backend answers the SYN before: RST."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("A")
s.receive("S")
c.send("R")
connect(client(case, port=40001), server(case, peer_port=40001))
c.seq = 90000
c.send("S")
c.receive("SA")
c.send("A")
c.receive("R")
s.send("SA")
reset = s.receive("R")
assert reset[TCP].seq == 1001
c.receive()
case.save()
