"""SYNs to a NAT backend's endpoint that only a less strict receiver takes for whole: dropped."""
from dialogue import *  # noqa: F403

BACKEND = "198.18.0.11"
case = Case(__file__)
syn = client(case, peer=BACKEND, peer_port=8080).segment("S")
broken = syn.copy()
broken[TCP].options = [(30, b"")]  # of length 2; its length becomes 0
data = bytearray(frame(CLIENT_MAC, SERVER_MAC, broken))
data[14 + 20 + 20 + 1] = 0
case.arrive("outside", bytes(data))
segment = bytes(syn[TCP])
for offset, part, more in (0, segment[:8], "MF"), (1, segment[8:16], "MF"), (2, segment[16:], 0):
    case.outside(IP(src=CLIENT, dst=BACKEND, proto=6, id=9, frag=offset, flags=more) / Raw(part))
assert not case.output()
# The backend's other ports are nobody's business.
other = bytes(client(case, peer=BACKEND, peer_port=22).segment("S")[TCP])
case.outside(IP(src=CLIENT, dst=BACKEND, proto=6, id=10, flags="MF") / Raw(other[:24]))
case.outside(IP(src=CLIENT, dst=BACKEND, proto=6, id=10, frag=3) / Raw(other[24:]))
assert len(case.output()) == 2
case.save()
