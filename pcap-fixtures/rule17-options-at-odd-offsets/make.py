"""Timestamps and SACK at odd offsets: checksums stay right."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)
s.send("PA", b"reply", options=[("NOP", None), ("Timestamp", (s.tsval(), s.echo)), ("EOL", None)])
c.receive("PA")
stamp = ("Timestamp", (c.tsval(), c.echo))
sack = ("SAck", (c.ack + 100, c.ack + 200))
c.send("A", b"odd", options=[("NOP", None), stamp, sack, ("EOL", None)])
s.receive("A")
case.save()
