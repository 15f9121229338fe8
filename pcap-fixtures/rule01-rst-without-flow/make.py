"""RSTs from outside that belong to nothing are never answered."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case)
c.send("R")
c.send("RA", ack=77)
c.receive()
case.save()
