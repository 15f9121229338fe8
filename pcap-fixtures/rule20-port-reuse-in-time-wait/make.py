"""The client uses its port again 71 ms after the end: the new connection just works."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

close(c, s)
case.wait(0.071)
c, s = client(case, seq=90000, seen=c.seen), server(case, seq=3000000, seen=s.seen)
connect(c, s)
c.send("PA", b"again")
s.receive("PA")
case.save()
