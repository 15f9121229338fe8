"""ARP, ping, UDP, other TCP ports and unknown ethertypes pass bit for bit, both ways."""
from dialogue import *  # noqa: F403

case = Case(__file__)
def both_ways(there, back):
    case.outside(there)
    case.inside(back)


both_ways(ARP(hwsrc=CLIENT_MAC, psrc=CLIENT, pdst=SERVICE),
          ARP(op="is-at", hwsrc=SERVER_MAC, psrc=SERVICE, hwdst=CLIENT_MAC, pdst=CLIENT))
both_ways(IP(src=CLIENT, dst=SERVICE) / ICMP() / Raw(b"ping"),
          IP(src=SERVICE, dst=CLIENT) / ICMP(type=0) / Raw(b"ping"))
both_ways(IPv6(src=CLIENT_V6, dst=SERVICE_V6) / ICMPv6EchoRequest(data=b"ping"),
          IPv6(src=SERVICE_V6, dst=CLIENT_V6) / ICMPv6EchoRequest(data=b"ping"))
both_ways(IP(src=CLIENT, dst=SERVICE) / UDP(sport=5000, dport=80) / Raw(b"data"),
          IP(src=SERVICE, dst=CLIENT) / UDP(sport=80, dport=5000) / Raw(b"data"))
both_ways(client(case, peer_port=22).segment("S"), server(case, port=22).segment("SA"))
both_ways(client(case, peer="198.18.0.99").segment("S"),
          server(case, address="198.18.0.99").segment("SA"))
case.outside(Raw(b"discovery"), destination="01:80:c2:00:00:0e")
case.arrive("inside", bytes.fromhex("0180c200000002000000000e88cc") + b"lldp")
sent = [data for _, data in sorted(case.frames["outside"] + case.frames["inside"])]
assert case.output_bytes() == sent
case.save()
