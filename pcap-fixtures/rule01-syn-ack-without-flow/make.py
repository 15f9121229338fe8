"""SYN-ACKs from outside that belong to nothing (backscatter, floods)."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case)
c.send("SA", ack=77)
c.receive()
case.save()
