"""TCP straight to a NAT backend's endpoint, and from it without a flow: dropped."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case, peer="198.18.0.11", peer_port=8080)
c.send("S")
c.send("A")
s = server(case, address="198.18.0.11", port=8080)
s.send("S")
s.send("PA", b"hello")
c.receive()
client(case, peer="198.18.0.11", peer_port=22).send("S")
server(case, address="198.18.0.11", port=22).send("SA")
assert len(case.output()) == 2
case.save()
