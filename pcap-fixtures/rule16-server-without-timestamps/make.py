"""The server has no timestamps: TSval is the clock, TSecr the client's latest."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case, timestamps=False)
connect(c, s)
c.send("PA", b"ping")
s.receive("PA")
s.send("PA", b"pong")
c.receive("PA")

case.wait(1)
c.send("PA", b"more")
s.receive("PA")
s.send("A")
c.receive("A")
close(c, s)
case.save()
