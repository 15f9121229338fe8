"""A server's SYN from any other port is bridged, and never gets a cookie."""
from dialogue import *  # noqa: F403

case = Case(__file__)
s = server(case, port=50000, peer_port=25)
c = client(case, port=25, peer_port=50000)
s.send("S")
c.receive("S")
c.send("SA")
s.receive("SA")
s.send("A")
c.receive("A")
case.save()
