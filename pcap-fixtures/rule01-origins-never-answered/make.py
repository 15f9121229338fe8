"""Sources that no connection can come from, group MACs, LAND: no SYN-ACK for them."""
from dialogue import *  # noqa: F403

case = Case(__file__)
syn = client(case).segment("S")
case.outside(syn, source="03:00:00:00:00:0c")
case.outside(syn, destination="ff:ff:ff:ff:ff:ff")
case.outside(syn, destination="01:00:5e:00:00:01")
for source in "224.0.0.1", "255.255.255.255", "0.0.0.0", "127.0.0.1", SERVICE:
    case.outside(client(case, address=source).segment("S"))
for source in "ff02::1", "::", "::1", SERVICE_V6:
    case.outside(client(case, v6=True, address=source).segment("S"))
assert not case.output()
case.save()
