"""The server has no SACK: the client's blocks are stripped."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case, sack=False)
connect(c, s)
s.send("A", b"x" * 100)
s.send("A", b"y" * 100)
c.receive("A", "A")
right = c.ack
left = c.ack = right - 100
c.ack -= 100
options = c.options() + [("NOP", None), ("NOP", None), ("SAck", (left, right))]
c.send("A", options=options)
s.receive("A")
case.save()
