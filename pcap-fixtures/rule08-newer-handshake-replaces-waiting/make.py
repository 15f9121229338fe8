"""While the backend is silent a later SYN of the same port wins, an older one doesn't."""
from dialogue import *  # noqa: F403

case = Case(__file__)
old, s = client(case), server(case)
old.send("S")
old.receive("SA")
old.send("A")
s.receive("S")
new = client(case, seq=70000, seen=old.seen)
new.send("S")
new.receive("SA")
new.send("A")
assert s.receive("S")[TCP].seq == 70000
old.send("A")
s.receive()
s.send("SA")
s.receive("A")
case.save()
