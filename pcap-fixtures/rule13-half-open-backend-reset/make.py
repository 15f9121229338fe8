"""A challenge ACK from an old half-open connection: RST to the server, SYN again, once."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("A")
s.receive("S")
s.send("A", seq=31337, ack=4711)
s.receive("R", "S")
s.send("A", seq=31337, ack=4711)
s.receive("R")
s.send("SA")
s.receive("A")
c.receive("A")
case.save()
