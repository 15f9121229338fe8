"""SYNs in fragments, offset 1 and what follows no first fragment never reach a service."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case)
first = c.segment("S")
first.flags = "MF"
c.send_packet(first)
case.outside(IP(src=CLIENT, dst=SERVICE, proto=6, frag=1, id=1) / Raw(bytes(16)))
case.outside(IP(src=CLIENT, dst=SERVICE, proto=6, frag=100, id=1) / Raw(bytes(16)))
c = client(case, v6=True)
syn = bytes(c.segment("S")[TCP])
for offset, more in (0, 1), (2, 0):
    case.outside(IPv6(src=CLIENT_V6, dst=SERVICE_V6) /
                 IPv6ExtHdrFragment(nh=6, offset=offset, m=more, id=9) / Raw(syn))
assert not case.output()
case.save()
