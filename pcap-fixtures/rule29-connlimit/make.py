"""The third connection of one address is refused by RST; another address is not concerned."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for port in 40000, 40001:
    connect(client(case, port=port), server(case, peer_port=port))
c = client(case, port=40002)
c.send("S")
c.receive("SA")
c.send("A")
reset = c.receive("R")[TCP]
assert (reset.seq, reset.window, reset.options) == (c.ack, 0, [])
c.send("PA", b"hello?")
c.receive("R")
connect(client(case, address="198.18.0.3"), server(case, peer="198.18.0.3"))
case.save()
