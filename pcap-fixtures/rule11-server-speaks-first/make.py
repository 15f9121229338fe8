"""The server's greeting is translated though the client has said nothing."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

s.send("PA", b"220 ready\r\n")
c.receive("PA")
c.send("A")
s.receive("A")
case.save()
