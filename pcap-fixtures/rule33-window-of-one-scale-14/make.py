"""Windows of 1 with scale 14 stay alive through every repair."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case, scale=14, window=1), server(case, scale=14, window=1)
connect(c, s)
c.send("PA", b"ping")
s.receive("PA")
s.send("PA", b"pong")
c.receive("PA")

other = dict(scale=None, window=1, peer_port=40001)
c, s = client(case, port=40001, scale=14, window=1), server(case, **other)
connect(c, s)
c.send("PA", b"ping")
s.receive("PA")
s.send("PA", b"pong")
c.receive("PA")
case.save()
