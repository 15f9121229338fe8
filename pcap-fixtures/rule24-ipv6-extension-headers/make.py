"""Atomic fragments and destination options are walked; routing header 0 and long chains drop."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case, v6=True)
chains = ([IPv6ExtHdrFragment(id=9)], [IPv6ExtHdrDestOpt()], [IPv6ExtHdrDestOpt()] * 8,
          [IPv6ExtHdrDestOpt()] * 9, [IPv6ExtHdrRouting(type=0, addresses=[])],
          [IPv6ExtHdrRouting(type=2, segleft=1, addresses=["2001:db8::99"])])
for chain in chains:
    packet = IPv6(src=CLIENT_V6, dst=SERVICE_V6)
    for header in chain:
        packet = packet / header.copy()
    tcp = TCP(bytes(c.segment("S")[TCP]))  # its checksum is that of the final destination
    c.send_packet(packet / tcp)
c.receive("SA", "SA", "SA")
case.save()
