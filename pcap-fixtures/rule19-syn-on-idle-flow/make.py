"""A flow that was idle for a cookie life: the client has started anew, its ACK proves it."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)
case.wait(70)
c, s = client(case, seq=90000, seen=c.seen), server(case, seq=3000000, seen=s.seen)
connect(c, s)
case.save()
