"""Without timestamps (Windows) the cookie still keeps window scale and SACK."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case, timestamps=False, scale=8, syn_window=64240)
s = server(case)
connect(c, s)
c.send("PA", b"GET / HTTP/1.0\r\n\r\n")
s.receive("PA")
s.send("PA", b"HTTP/1.0 200 OK\r\n\r\n")
c.receive("PA")
case.save()
