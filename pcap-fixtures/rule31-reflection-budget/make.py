"""Two SYN-ACKs a second to a prefix that proved nothing; after a handshake as many as it likes."""
from dialogue import *  # noqa: F403

case = Case(__file__)
victims = [client(case, address=f"198.18.0.{last}", port=50000) for last in range(20, 24)]
for victim in victims:
    victim.send("S")
for victim in victims[:2]:
    victim.receive("SA")
for victim in victims[2:]:
    victim.receive()
client(case, address="198.18.1.2").send("S")
case.wait(1)
connect(client(case), server(case))
for victim in victims:
    victim.send("S", seq=7)
    victim.receive("SA")
case.save()
