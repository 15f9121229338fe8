"""The client's last ACK was lost: the server's FIN again, and its ACK, pass in TIME_WAIT."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

c.send("FA")
s.receive("FA")
s.send("FA")
c.receive("FA")
c.send("A")
s.receive("A")
s.send("FA", seq=s.seq - 1)
c.receive("FA")
c.send("A")
s.receive("A")
case.save()
