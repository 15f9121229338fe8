"""Segments of a spliced flow are translated behind extension headers too."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case, v6=True), server(case, v6=True)
connect(c, s)


def behind_options(packet):
    """The same segment with a destination options header before it."""
    tcp = TCP(bytes(packet[TCP]))
    return IPv6(src=packet[IPv6].src, dst=packet[IPv6].dst) / IPv6ExtHdrDestOpt() / tcp


c.send_packet(behind_options(c.segment("PA", b"hello")))
s.receive("PA")
s.send_packet(behind_options(s.segment("PA", b"hello")))
c.receive("PA")
case.save()
