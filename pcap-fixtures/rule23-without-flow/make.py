"""Errors about connections that are not there: nobody owns a NAT service's address."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case)
s = server(case, address="198.18.0.11", port=8080)
case.outside(icmp_error(s.segment("A") / Raw(b"x" * 20)))
case.outside(icmp_error(IP(src=SERVICE, dst=CLIENT) / TCP(sport=80, dport=40000, flags="A")))
case.inside(icmp_error(IP(src=CLIENT, dst="198.18.0.11") / TCP(sport=40000, dport=8080)))
case.save()
