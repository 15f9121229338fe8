"""A later fragment whose first one did not pass, or passed six seconds ago."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)
first, second, third = parts(c.segment("PA", bytes(range(200))), 80)
c.send_packet(second)
c.send_packet(first)
case.wait(6)
c.send_packet(third)
s.send_packet(parts(s.segment("PA", bytes(range(200))), 80)[1])
case.save()
