"""NAT: quoted endpoints and outer addresses are translated; a router on the way stays who it is."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for v6 in False, True:
    backend = "2001:db8::11" if v6 else "198.18.0.11"
    c = client(case, v6=v6, peer_mac=OUTSIDE_PORT_MAC)
    s = server(case, v6=v6, address=backend, port=8080)
    connect(c, s)
    c.send("A", b"question")
    question = s.receive("A")
    for source in None, backend:
        case.inside(icmp_error(question, source))
    s.send("A", b"answer")
    answer = c.receive("A")
    for source in None, c.address:
        case.outside(icmp_error(answer, source), destination=OUTSIDE_PORT_MAC)
case.save()
