"""A RST with a valid cookie opens nothing and gets no answer."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
c.send("S")
c.receive("SA")
c.send("RA")
c.receive()
s.receive()
case.save()
