"""Sixteen fresh connections fill the table: one more is refused, a TIME_WAIT makes room."""
from dialogue import *  # noqa: F403

case = Case(__file__)
pairs = [(client(case, port=port), server(case, peer_port=port)) for port in range(40000, 40018)]
for pair in pairs[:16]:
    connect(*pair)
c, s = pairs[16]
c.send("S")
c.receive("SA")
c.send("A")
c.receive("R")
s.receive()
close(*pairs[0])
connect(*pairs[17])
case.save()
