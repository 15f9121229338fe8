"""direct: bridge lets the same traffic pass untouched."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case, peer="198.18.0.11", peer_port=8080)
s = server(case, address="198.18.0.11", port=8080)
c.send("S")
s.receive("S")
s.send("SA")
c.receive("SA")
case.save()
