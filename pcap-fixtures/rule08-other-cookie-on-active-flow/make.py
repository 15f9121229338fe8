"""A valid cookie of another handshake never replaces a connection that lives."""
from dialogue import *  # noqa: F403

case = Case(__file__)
other = client(case, seq=900000)
other.send("S")
other.receive("SA")
c, s = client(case, seen=other.seen), server(case)
connect(c, s)
other.send("A")
c.send("PA", b"still here")
s.receive("A", "PA")
case.save()
