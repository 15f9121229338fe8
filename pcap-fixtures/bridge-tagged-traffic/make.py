"""Tagged frames that are nobody's pass too, with three tags as well; a service's do not."""
from dialogue import *  # noqa: F403

case = Case(__file__)
ping = IP(src=CLIENT, dst=SERVICE) / ICMP() / Raw(b"ping")
case.outside(ping, vids=(100,))
case.outside(ping, vids=(200, 100))
three = Dot1AD(vlan=3) / Dot1AD(vlan=2) / Dot1Q(vlan=1)
case.outside(three / ping)
case.outside(three / client(case).segment("S"))
assert len(case.output()) == 3
case.save()
