"""With a prefix length of 24 the whole network counts together; IPv6 on its own."""
from dialogue import *  # noqa: F403

case = Case(__file__)
connect(client(case), server(case))
c = client(case, address="198.18.0.3")
c.send("S")
c.receive("SA")
c.send("A")
c.receive("R")
connect(client(case, v6=True), server(case, v6=True))
case.save()
