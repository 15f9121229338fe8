"""The backend accepts ECN three times: from the next epoch on it is promised. AccECN is not."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for number in range(3):
    c, s = client(case, port=41000 + number), server(case, peer_port=41000 + number)
    c.send("SEC")
    c.receive("SA")
    c.send("A")
    s.receive("SEC")
    s.send("SAE")
    s.receive("A")
    c.receive("A")
    # The client was not told: what the server sends with ECT goes on without.
    data = s.segment("A", b"data")
    data[IP].tos = 2
    s.send_packet(data)
    assert c.receive("A")[IP].tos == 0
case.wait(32)
c = client(case, port=42000)
c.send("SEC")
c.receive("SAE")
c = client(case, port=42001)
c.send("SECN")
c.receive("SA")
case.save()
