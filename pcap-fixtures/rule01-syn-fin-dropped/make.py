"""SYN+FIN is no request for a connection (the kernel's nft synproxy answers it)."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case)
c.send("SF")
c.receive()
case.save()
