"""Behind a FIN a RST closes where its receiver stands; elsewhere in the window it is sent on."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

c.send("FA")
s.receive("FA")
s.send("R", seq=s.seq + 100)
c.receive("R")
s.send("PA", b"the answer")
c.receive("PA")
s.send("R", seq=s.seq)
c.receive("R")
case.save()
