"""The same for IPv6."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case, v6=True), server(case, v6=True)
c.send("S")
c.receive("SA")
c.send("A")
syn = s.receive("S")
case.inside(IPv6(src="2001:db8::1", dst=CLIENT_V6) / ICMPv6DestUnreach(code=3) /
            Raw(bytes(syn[IPv6])))
c.receive("RA")
case.save()
