"""A whole connection with timestamps: numbers and echoes are translated both ways."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
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
