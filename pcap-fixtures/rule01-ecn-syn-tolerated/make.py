"""ECE, CWR, PSH and URG beside the SYN change nothing; ECN is not promised before it is learned."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case)
for flags in "SEC", "SP", "SU", "SECPU":
    c.send(flags, seq=1000)
    c.receive("SA")
case.save()
