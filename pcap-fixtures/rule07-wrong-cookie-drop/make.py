"""wrong_cookie: drop never answers."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case, ack=0x1234567)
c.send("A")
c.receive()
case.save()
