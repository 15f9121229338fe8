"""UDP, ping and fragments above what police lets pass are dropped; neighbour discovery is not."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for _ in range(3):
    case.outside(IP(src=CLIENT, dst=SERVICE) / UDP(sport=5000, dport=53) / Raw(b"data"))
    case.inside(IP(src=SERVICE, dst=CLIENT) / UDP(sport=53, dport=5000) / Raw(b"data"))
for _ in range(2):
    case.outside(IPv6(src=CLIENT_V6, dst=SERVICE_V6) / ICMPv6EchoRequest(data=b"ping"))
    case.outside(IPv6(src=CLIENT_V6, dst=SERVICE_V6) / ICMPv6ND_NS(tgt=SERVICE_V6))
    case.outside(IP(src=CLIENT, dst=SERVICE, id=7, flags="MF") / UDP(sport=1, dport=2, len=100) /
                 Raw(bytes(32)))
case.outside(IP(src=CLIENT, dst="198.18.0.99") / UDP(sport=5000, dport=53) / Raw(b"data"))
case.wait(1)
case.outside(IP(src=CLIENT, dst=SERVICE) / UDP(sport=5000, dport=53) / Raw(b"data"))
case.save()
