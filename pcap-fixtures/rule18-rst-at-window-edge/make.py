"""RST in the window goes on and the flow stays (RFC 5961); one step outside it drops."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

edge = 1 << 16  # the server's window, 509 << 7, to the next power of two
c.send("PA", b"hello")
s.receive("PA")
s.send("A")
c.receive("A")
for distance in 1, edge - 1, edge, -1:
    c.send("R", seq=(c.seq + distance) % 2**32)
    s.receive(*["R"] * (0 < distance < edge))
c.send("PA", b"still here")
s.receive("PA")
case.save()
