"""A cookie lives one to two epochs: across a turn, not across two of them."""
from dialogue import *  # noqa: F403

case = Case(__file__)
clients = [client(case, port=40000 + i, timestamps=False) for i in range(2)]
case.wait(31)
for c in clients:
    c.send("S")
    c.receive("SA")
case.wait(32)
clients[0].send("A")
server(case, peer_port=40000).receive("S")
case.wait(2)
clients[1].send("A")
clients[1].receive("R")
case.save()
