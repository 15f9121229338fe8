"""The same with IPv6: solicitation from ::, the answer goes to all nodes."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case, v6=True, peer_mac=OUTSIDE_PORT_MAC)
s = server(case, v6=True, address="2001:db8::11", port=8080)
c.send("S")
c.receive("SA")
c.send("A")
s.receive()
case.inside(IPv6(src="2001:db8::11", dst="ff02::1", hlim=255) /
            ICMPv6ND_NA(tgt="2001:db8::11", R=0, S=0, O=1) /
            ICMPv6NDOptDstLLAddr(lladdr=SERVER_MAC),
            destination="33:33:00:00:00:01")
s.receive("S")
s.send("SA")
s.receive("A")
c.receive("A")
c.send("PA", b"GET / HTTP/1.0\r\n\r\n")
s.receive("PA")
s.send("A")
s.send("PA", b"HTTP/1.0 200 OK\r\n\r\nhello")
c.receive("A", "PA")
c.send("A")
s.receive("A")
close(s, c)
case.save()
