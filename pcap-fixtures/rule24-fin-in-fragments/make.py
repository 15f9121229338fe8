"""A FIN in fragments passes, and counts when all of it came and its checksum is right."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)
good = parts(c.segment("FA", bytes(range(200))), 80)
bad = parts(c.segment("FA", bytes(range(200))), 80)
bad[1].id = bad[0].id = bad[2].id = 78
bad[2][Raw].load = bytes(len(bad[2][Raw].load))
for fin in bad, good:
    for part in fin:
        c.send_packet(part)
    s.send("A")  # tells the flow's phase
case.save()
