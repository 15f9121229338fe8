"""Fragments of a connection, both ways: the first is translated, the others follow it."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)
for peer in c, s:
    for part in parts(peer.segment("PA", bytes(range(200))), 80):
        peer.send_packet(part)
    peer.seq += 200
case.save()
