"""What the client says before the backend has answered is held, FIN included."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
answer = c.receive("SA")
assert answer[TCP].window == 4 * 1460
c.send("A")
c.send("A", b"GET / HTTP/1.0\r\n")
c.send("PA", b"\r\n")
c.send("FA")
s.receive("S")
s.send("SA")
s.receive("A", "A", "PA", "FA")
c.receive("A")
s.send("PA", b"HTTP/1.0 200 OK\r\n\r\n")
c.receive("PA")
case.save()
