"""The client gave up; the backend answers seconds later, twice: RST each time."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("PA", b"hello?")
s.receive("S")
c.send("R")
case.wait(10)
for _ in range(2):
    s.send("SA", seq=500000)
    reset = s.receive("R")
    assert reset[TCP].seq == 1001
c.receive()
case.save()
