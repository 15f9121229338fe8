"""One address: a cookie in VLAN 10 and without a tag; untouched in 20 (another service, off) and 30."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for v6, vids in (False, (10,)), (True, ()):
    c, s = client(case, v6=v6, vids=vids), server(case, v6=v6, vids=vids)
    connect(c, s)
for vid in 20, 30:
    c, s = client(case, vids=(vid,)), server(case, vids=(vid,))
    c.send("S")
    s.receive("S")
    s.send("SA")
    c.receive("SA")
    c.send("PA", b"hello")
    s.receive("PA")
    s.send("A")
case.save()
