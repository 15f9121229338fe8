"""NAT: later fragments get the addresses and the MAC of the first one, nothing else."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case, peer_mac=OUTSIDE_PORT_MAC, vids=(5,))
s = server(case, address="198.18.0.11", port=8080, vids=(5,))
connect(c, s)
for peer in c, s:
    for part in parts(peer.segment("PA", bytes(range(200))), 80):
        peer.send_packet(part)
    peer.seq += 200
case.save()
