"""The ACK to the server was lost: its repeated SYN-ACK is answered, never forwarded."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

s.send("SA", seq=s.seq - 1)
s.receive("A")
c.receive()
s.send("SA", seq=s.seq + 4711)
s.receive()
c.receive()
case.save()
