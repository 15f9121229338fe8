"""An echo older than a cookie life, or from the future, is refused without a MAC."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case)
c.send("S")
c.receive("SA")
echo = c.echo
for shift in -65000, +3000, +10**9:
    c.echo = (echo + shift // 64 * 64) % 2**32
    c.send("A")
    c.receive("R")
c.echo = echo
c.send("A")
server(case).receive("S")
case.save()
