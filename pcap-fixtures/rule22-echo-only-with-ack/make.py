"""TSecr is translated only when ACK is set; RSTs pass without timestamps."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

c.send("PA", b"hello")
s.receive("PA")
s.send("R", options=[("NOP", None), ("NOP", None), ("Timestamp", (s.tsval(), 0))])
c.receive("R")
case.save()
