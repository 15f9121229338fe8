"""A client's RST gives its place back when the backend has answered, which may be late."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("A")
s.receive("S")
c.send("R")
refused = client(case, port=40001)
refused.send("S")
refused.receive("SA")
refused.send("A")
refused.receive("R")
s.send("SA")
reset = s.receive("R")
assert reset[TCP].seq == 1001
connect(client(case, port=40002), server(case, peer_port=40002))
case.save()
