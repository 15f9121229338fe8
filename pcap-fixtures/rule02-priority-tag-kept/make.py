"""A priority tag (VLAN id 0) counts as no tag for the flow, and is kept in the answers."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case, vids=(0,)), server(case)
c.send("S")
c.receive("SA")
c.vids = ()
c.send("A")
s.receive("S")
case.save()
