"""A SYN gets a cookie SYN-ACK, IPv4 and IPv6, and leaves no flow."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for c in client(case), client(case, v6=True):
    c.send("S")
    c.receive("SA")
case.save()
