"""Keepalive and zero-window probe (seq = isnC, one byte or none) carry a good cookie too."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for port, garbage in (40000, b""), (40001, b"\0"):
    c, s = client(case, port=port), server(case, peer_port=port)
    c.send("S")
    c.receive("SA")
    c.send("A", garbage, seq=c.seq - 1)
    s.receive("S")
    s.send("SA")
    s.receive("A")
    c.receive("A")
case.save()
