"""SYNs alone take no place: spoofing them locks nobody out."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for port in range(50000, 50010):
    client(case, port=port).send("S")
connect(client(case, seen=10), server(case, seen=10))
case.save()
