"""Once a FIN was seen a RST anywhere in the window closes."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

c.send("FA")
s.receive("FA")
s.send("R", seq=s.seq + 100)
c.receive("R")
case.save()
