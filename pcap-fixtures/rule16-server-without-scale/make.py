"""The server has no window scaling: windows are repaired both ways, saturated."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case, scale=None, window=65160)
connect(c, s)
c.window = 502
c.send("PA", b"ping")
s.receive("PA")
s.send("PA", b"pong")
c.receive("PA")

c.window = 511
c.send("A")
assert s.receive("A")[TCP].window == 511 << 7
c.window = 600
c.send("A")
assert s.receive("A")[TCP].window == 65535
s.send("A", window=100)
assert c.receive("A")[TCP].window == 1
s.send("A", window=0)
assert c.receive("A")[TCP].window == 0
case.save()
