"""Nobody outside can say where a backend is."""
from dialogue import *  # noqa: F403

case = Case(__file__)
case.outside(ARP(op="is-at", hwsrc=CLIENT_MAC, psrc="198.18.0.11", hwdst=SERVER_MAC, pdst=SERVICE))
c = client(case, peer_mac=OUTSIDE_PORT_MAC)
s = server(case, address="198.18.0.11", port=8080)

c.send("S")
c.receive("SA")
c.send("A")
s.receive()
case.save()
