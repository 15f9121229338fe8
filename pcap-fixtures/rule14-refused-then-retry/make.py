"""The server was restarted: refused once, the client's next try on the same port works."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("A")
s.receive("S")
s.send("RA", seq=0)
c.receive("RA")
case.wait(1)
c, s = client(case, seq=90000, seen=c.seen), server(case, seen=s.seen)
connect(c, s)
case.save()
