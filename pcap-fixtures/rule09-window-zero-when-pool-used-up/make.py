"""No room to hold early data: the SYN-ACK promises no window, later ones do again."""
from dialogue import *  # noqa: F403

case = Case(__file__)
first, s = client(case), server(case)
first.send("S")
first.receive("SA")
first.send("PA", b"held")
first.send("PA", b"one too many")
second = client(case, port=40001)
second.send("S")
assert second.receive("SA")[TCP].window == 0
s.receive("S")
s.send("SA")
s.receive("A", "PA")
third = client(case, port=40002)
third.send("S")
assert third.receive("SA")[TCP].window == 4 * 1460
case.save()
