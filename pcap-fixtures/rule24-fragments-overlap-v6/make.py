"""Overlapping fragments end their datagram (RFC 5722); a repeated one does not."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case, v6=True), server(case, v6=True)
connect(c, s)
first, second, third = parts(c.segment("PA", bytes(range(200))), 80)
overlapping = third.copy()
overlapping[IPv6ExtHdrFragment].offset = 9
for part in first, second, second, overlapping, third:
    c.send_packet(part)
case.save()
