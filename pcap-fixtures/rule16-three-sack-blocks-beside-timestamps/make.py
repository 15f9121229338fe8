"""Four SACK blocks of the server leave no room for made timestamps: three stay."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case, timestamps=False)
connect(c, s)
edges = [c.seq + 1000 * i for i in range(2, 10)]
s.send("A", b"data", options=[("NOP", None), ("NOP", None), ("SAck", tuple(edges))])
c.receive("A")
case.save()
