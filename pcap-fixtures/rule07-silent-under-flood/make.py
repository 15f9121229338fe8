"""Under flood wrong cookies are dropped in silence; two seconds later answered again."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for i in range(5):
    client(case, port=50000 + i).send("S")
c = client(case, ack=0x1234567)
c.send("A")
c.receive()
case.wait(2.5)
c.send("A")
c.receive("R")
case.save()
