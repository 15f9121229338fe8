"""Frames that are broken but no service's business pass untouched."""
from dialogue import *  # noqa: F403

case = Case(__file__)
syn = bytes(frame(CLIENT_MAC, SERVER_MAC, client(case, peer_port=22).segment("S")))
lying = bytearray(syn)
lying[16:18] = b"\xff\xff"  # total length
for data in syn[:13], syn[:15], syn[:33], syn[:40], bytes(lying):
    case.arrive("outside", data)
assert len(case.output_bytes()) == 5
case.save()
