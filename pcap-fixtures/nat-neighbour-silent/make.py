"""Nobody answers the ARP probes: asked every second, then the client is told."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case, peer_mac=OUTSIDE_PORT_MAC)
s = server(case, address="198.18.0.11", port=8080)

c.send("S")
c.receive("SA")
c.send("A")
case.wait(6)
case.tick()
s.receive()
c.receive("RA")
case.save()
