"""An ACK from where no cookie was sent: after one cookie life it needs no MAC."""
from dialogue import *  # noqa: F403

case = Case(__file__)
strays = [client(case, v6=v6, port=50000, ack=0x1234567) for v6 in (False, True)]
for stray in strays:
    stray.send("A")
    stray.receive("R")
case.wait(64)
for stray in strays:
    stray.send("A")
    answer = stray.receive("R")
    assert answer[TCP].seq == 0x1234567
for v6 in False, True:
    connect(client(case, v6), server(case, v6))
for stray in strays:
    stray.send("A")
    stray.receive("R")
case.save()
