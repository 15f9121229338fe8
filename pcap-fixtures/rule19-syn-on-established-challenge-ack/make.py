"""A SYN on a live flow: challenge ACK <server_end + D, server_ack>, no options."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

c.send("PA", b"hello")
s.receive("PA")
s.send("A")
c.receive("A")
seq, ack = c.seq, c.ack
c.send("S", seq=424242)
challenge = c.receive("A")[TCP]
assert (challenge.seq, challenge.ack, challenge.options) == (ack, seq, [])
c.send("PA", b"still here")
s.receive("PA")
case.save()
