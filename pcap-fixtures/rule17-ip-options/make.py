"""An IPv4 header with options is translated in place."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)
packet = c.segment("PA", b"hello")
packet.options = [IPOption_NOP()] * 4
c.send_packet(packet)
s.receive("PA")
case.save()
