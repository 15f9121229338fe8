"""A RST behind data that the server has not got ends the server's connection all the same."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

c.send("PA", b"!", seq=c.seq + 1000, chksum=0x1234)
s.receive("PA")
s.ack -= 1001
c.send("R", seq=c.seq + 1001)
s.receive("R", "R")
s.send("A")
s.receive("R")
case.save()
