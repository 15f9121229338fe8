"""On a live flow too: no SYN and no RST in fragments, no tiny first fragment."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)
for flags in "S", "RA", "SA":
    c.send_packet(parts(c.segment(flags, bytes(200)), 80)[0])
c.send_packet(parts(c.segment("PA", bytes(200)), 24)[0])
case.save()
