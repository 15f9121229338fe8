"""action: drop refuses in silence; when a place is free the next try succeeds."""
from dialogue import *  # noqa: F403

case = Case(__file__)
first, s = client(case), server(case)
connect(first, s)
c = client(case, port=40001)
c.send("S")
c.receive("SA")
c.send("A")
c.receive()
close(first, s)
c.send("PA", b"hello")
server(case, peer_port=40001, seen=first.seen).receive("S")
case.save()
