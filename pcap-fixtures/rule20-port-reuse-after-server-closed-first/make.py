"""The server is in TIME_WAIT and the client's new ISN is lower: still a cookie, then a SYN."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

close(s, c)
case.wait(0.7)
c, s = client(case, seq=500, seen=c.seen), server(case, seq=3000000, seen=s.seen)
connect(c, s)
case.save()
