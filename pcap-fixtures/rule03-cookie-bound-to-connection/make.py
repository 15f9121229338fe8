"""A cookie is good for its own addresses, ports, VLAN and ISN only."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case)
c.send("S")
c.receive("SA")
others = [client(case, address="198.18.0.3"), client(case, port=40001), client(case, vids=(7,)),
          client(case, seq=1005)]
for other in others:
    other.seq, other.ack, other.echo = other.seq + 1, c.ack, c.echo
    other.seen = len(case.output())
    other.send("A")
    other.receive("R")
c.send("A")
server(case).receive("S")
case.save()
