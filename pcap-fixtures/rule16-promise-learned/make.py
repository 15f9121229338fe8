"""Three answers of the backend agree: from the next epoch on that is what the SYN-ACK offers."""
from dialogue import *  # noqa: F403

case = Case(__file__)
# The second one says something else (a backend's own SYN cookie): the count begins anew.
for number, scale in enumerate([9, None, 9, 9, 9]):
    port = 41000 + number
    c = client(case, port=port)
    s = server(case, peer_port=port, mss=1400, scale=scale)
    connect(c, s)
c = client(case, port=42000)
c.send("S")
assert dict(c.receive("SA")[TCP].options)["WScale"] == 7, "not within an epoch"
case.wait(32)
late = client(case, port=42001)
late.send("S")
options = dict(late.receive("SA")[TCP].options)
assert (options["WScale"], options["MSS"]) == (9, 1400)
# The ACK of the epoch before: its client was told 7.
for peer in c, late:
    peer.send("A")
    s = server(case, peer_port=peer.port, mss=1400, scale=9)
    s.receive("S")
    s.send("SA")
    s.receive("A")
    peer.receive("A")
    s.send("A")
    peer.receive("A")
case.save()
