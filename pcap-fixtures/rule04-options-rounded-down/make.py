"""MSS and scale are rounded down to the tables' values; no MSS is below 216."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for port, mss, scale in (40000, 1459, 9), (40001, 100, 1), (40002, 9000, 14), (40003, 1300, 5):
    c = client(case, port=port, mss=mss, scale=scale, timestamps=False)
    s = server(case, peer_port=port)
    c.send("S")
    c.receive("SA")
    c.send("A")
    s.receive("S")
case.save()
