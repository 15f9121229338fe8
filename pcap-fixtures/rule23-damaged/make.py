"""An error whose checksum is wrong decides nothing."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for v6 in False, True:
    c, s = client(case, v6=v6), server(case, v6=v6)
    connect(c, s)
    s.send("A", b"data")
    error = icmp_error(c.receive("A"))
    damaged = bytearray(bytes(error))
    damaged[-1] ^= 1
    case.outside((IPv6 if v6 else IP)(bytes(damaged)))
case.save()
