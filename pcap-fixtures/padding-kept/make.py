"""Ethernet padding behind a segment is no data: it is neither counted nor cut."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case, timestamps=False), server(case, timestamps=False)
connect(c, s)
c.send("PA", b"x")
data = s.receive("PA")
assert len(data) == 60 and data[IP].len == 41
s.send("A")
c.receive("A")
case.save()
