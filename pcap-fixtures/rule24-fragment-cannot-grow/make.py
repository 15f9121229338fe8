"""A server without timestamps: its fragments cannot grow by those that the client needs."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case, timestamps=False)
connect(c, s)
for part in parts(s.segment("PA", bytes(200)), 80):
    s.send_packet(part)
for part in parts(c.segment("PA", bytes(200)), 80):
    c.send_packet(part)
case.save()
