"""Without timestamps: data right behind a lost handshake gets no RST, later it does."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case, timestamps=False), server(case, timestamps=False)
c.send("S")
c.receive("SA")
first = c.seq
c.send("PA", b"second", seq=first + 1460)
c.receive()
case.wait(5)
c.send("PA", b"second", seq=first + 1460)
c.receive("R")
c.send("PA", b"first", seq=first)
s.receive("S")
case.save()
