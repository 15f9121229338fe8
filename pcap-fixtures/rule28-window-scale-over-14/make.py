"""A scale of 15 or 255 means 14 (RFC 7323 2.3)."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for port, scale in (40000, 15), (40001, 255):
    c, s = client(case, port=port, scale=scale), server(case, peer_port=port)
    c.send("S")
    c.receive("SA")
    c.send("A")
    assert dict(s.receive("S")[TCP].options)["WScale"] == 14
case.save()
