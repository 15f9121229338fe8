"""802.1Q and QinQ: answers and the backend's half carry the client's tags."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for port, vids in (40000, (100,)), (40001, (200, 100)):
    c = client(case, port=port, vids=vids)
    s = server(case, peer_port=port, vids=vids)
    connect(c, s)
    c.send("PA", b"hello")
    s.receive("PA")
case.save()
