"""A backend not known to have timestamps is asked for 12 bytes less."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case, timestamps=False)
c.send("S")
c.receive("SA")
c.send("A")
assert dict(s.receive("S")[TCP].options)["MSS"] == 1448
s.send("SA")
c.receive("A")
s.send("A", bytes(1448))
assert len(c.receive("A")) == 1514
case.save()
