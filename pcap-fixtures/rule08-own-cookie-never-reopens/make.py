"""The handshake's own ACK, seen again in TIME_WAIT, opens no ghost connection."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
first_ack = c.segment("A")
c.send_packet(first_ack)
s.receive("S")
s.send("SA")
s.receive("A")
c.receive("A")
close(c, s)
c.send_packet(first_ack)
s.receive("A")
c.receive()
case.save()
