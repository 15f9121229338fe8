"""Neighbours are keyed by VLAN: each one is asked on its own."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for vid in 100, 200:
    c = client(case, peer_mac=OUTSIDE_PORT_MAC, vids=(vid,))
    s = server(case, address="198.18.0.11", port=8080, vids=(vid,))
    c.send("S")
    c.receive("SA")
    c.send("A")
    case.answer_arp("198.18.0.11", vids=(vid,))
    s.receive("S")
    s.send("SA")
    s.receive("A")
case.save()
