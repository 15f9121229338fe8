"""The handshake's ACK was lost: FIN+ACK of a client without data opens the connection."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("FA")
s.receive("S")
s.send("SA")
s.receive("A", "FA")
c.receive("A")
case.save()
