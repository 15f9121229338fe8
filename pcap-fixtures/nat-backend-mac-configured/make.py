"""A backend behind a router: its configured MAC is used, nobody is asked."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case, peer_mac=OUTSIDE_PORT_MAC)
s = server(case, address="198.18.0.11", port=8080)
connect(c, s)
c.send("PA", b"hello")
assert s.receive("PA").dst == "02:00:00:00:00:99"
case.save()
