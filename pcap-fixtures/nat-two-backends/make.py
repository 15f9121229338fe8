"""The client's address chooses the backend: all its connections go to the same one."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for last in range(2, 8):
    for port in 40000, 40001:
        c = client(case, address=f"198.18.0.{last}", port=port, peer_mac=OUTSIDE_PORT_MAC)
        c.send("S")
        c.receive("SA")
        c.send("A")
case.output()
case.save()
