"""The SYN to the backend: isnC, no ack, no echo, the client's options, the true window."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case, mss=1400, scale=5, window=1000), server(case)
c.send("S")
c.receive("SA")
c.send("A")
syn = s.receive("S")[TCP]
assert (syn.seq, syn.ack, syn.window) == (1000, 0, 1000 << 5)
assert dict(syn.options)["Timestamp"][1] == 0
case.save()
