"""The backend does not accept ECN: what the client sends with ECT arrives without."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for v6 in False, True:
    c, s = client(case, v6=v6), server(case, v6=v6)
    c.send("SEC")
    c.receive("SAE")
    c.send("A")
    s.receive("SEC")
    s.send("SA")
    s.receive("A")
    c.receive("A")
    data = c.segment("A", b"data")
    if v6:
        data[IPv6].tc = 0xba
    else:
        data[IP].tos = 0xba
    c.send_packet(data)
    got = s.receive("A")
    assert (got[IPv6].tc if v6 else got[IP].tos) == 0xb8
case.save()
