"""A whole connection of a client that offers nothing but MSS."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case, timestamps=False, sack=False, scale=None)
s = server(case, timestamps=False, sack=False, scale=None)
connect(c, s)
c.send("PA", b"GET / HTTP/1.0\r\n\r\n")
s.receive("PA")
s.send("A")
s.send("PA", b"HTTP/1.0 200 OK\r\n\r\nhello")
c.receive("A", "PA")
c.send("A")
s.receive("A")
close(s, c)
case.save()
