"""Requests for a service address that no backend owns are answered, not bridged."""
from dialogue import *  # noqa: F403

case = Case(__file__)
case.outside(ARP(hwsrc=CLIENT_MAC, psrc=CLIENT, pdst=SERVICE), destination="ff:ff:ff:ff:ff:ff")
case.outside(IPv6(src=CLIENT_V6, dst="ff02::1:ff00:10", hlim=255) / ICMPv6ND_NS(tgt=SERVICE_V6) /
             ICMPv6NDOptSrcLLAddr(lladdr=CLIENT_MAC), destination="33:33:ff:00:00:10")
case.outside(ARP(hwsrc=CLIENT_MAC, psrc=CLIENT, pdst="198.18.0.11"),
             destination="ff:ff:ff:ff:ff:ff")
assert len(case.output()) == 3
case.save()
