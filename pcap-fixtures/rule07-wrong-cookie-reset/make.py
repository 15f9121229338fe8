"""Outside a flood a client without flow learns it: RST with seq = its ack (rule 30)."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for c in client(case), client(case, v6=True):
    c.ack = 0x1234567
    c.send("PA", b"is anybody there?")
    answer = c.receive("R")
    assert answer[TCP].seq == 0x1234567 and answer[TCP].ack == 0
    c.send("FA")
    c.receive("R")
case.save()
