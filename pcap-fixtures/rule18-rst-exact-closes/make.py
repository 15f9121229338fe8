"""RST exactly at the receiver's last ack: forwarded, the flow is closed."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

c.send("R")
s.receive("R")
case.save()
