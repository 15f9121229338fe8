"""The server's scale is not the promised one: its windows are re-scaled."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case, scale=9, window=128)
connect(c, s)
c.send("PA", b"ping")
s.receive("PA")
s.send("PA", b"pong")
c.receive("PA")

s.send("A", window=32000)
assert c.receive("A")[TCP].window == 65535
case.save()
