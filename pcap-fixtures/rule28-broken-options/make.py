"""Option lengths of 0 and 1, and past the header: dropped by name, on SYNs and later."""
from dialogue import *  # noqa: F403

case = Case(__file__)
def with_options(peer, flags, raw):
    """`raw` stands where the options are: the data offset says so."""
    return peer.segment(flags, raw, options=[], dataofs=5 + len(raw) // 4)


c, s = client(case), server(case)
connect(c, s)
BROKEN = b"\x08\x00\x00\x00", b"\x08\x01\x00\x00", b"\x01\x01\x02\x04", b"\x01\x01\x01\x08"
for raw in BROKEN:
    c.send_packet(with_options(client(case, port=40001), "S", raw))
    c.send_packet(with_options(c, "A", raw))
    s.send_packet(with_options(s, "A", raw))
c.receive()
s.receive()
# The end-of-options byte ends the walk: what follows is padding.
c.send_packet(with_options(c, "A", b"\x00\x08\x00\x00"))
s.receive("A")
case.save()
