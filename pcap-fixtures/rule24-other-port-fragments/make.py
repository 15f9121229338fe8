"""Fragments to and from another port of a service's address are bridged like their first one."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for v6 in False, True:
    c, s = client(case, v6=v6, peer_port=22), server(case, v6=v6, port=22)
    for peer in c, s:
        for part in parts(peer.segment("PA", bytes(range(200))), 80):
            peer.send_packet(part)
case.save()
