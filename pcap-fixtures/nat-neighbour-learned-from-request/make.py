"""A backend tells its MAC by its own request when a client waits for it, not unasked before."""
from dialogue import *  # noqa: F403

case = Case(__file__)


def request():
    case.inside(ARP(hwsrc=SERVER_MAC, psrc="198.18.0.11", pdst="198.18.0.1"),
                destination="ff:ff:ff:ff:ff:ff")


request()
c = client(case, peer_mac=OUTSIDE_PORT_MAC)
s = server(case, address="198.18.0.11", port=8080)

c.send("S")
c.receive("SA")
c.send("A")
s.receive()
request()
s.receive("S")
case.save()
