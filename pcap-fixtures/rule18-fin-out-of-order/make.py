"""A FIN counts only at the sender's end: not in the middle of what was sent already."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

c.send("PA", b"0123456789")
s.receive("PA")
c.send("FA", seq=c.seq - 5)
s.receive("FA")
c.send("PA", b"more")
s.receive("PA")
case.save()
