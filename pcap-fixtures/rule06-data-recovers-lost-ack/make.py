"""The handshake's ACK was lost: the first data opens the connection and is not lost."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("PA", b"GET / HTTP/1.0\r\n\r\n")
s.receive("S")
s.send("SA")
s.receive("A", "PA")
case.save()
