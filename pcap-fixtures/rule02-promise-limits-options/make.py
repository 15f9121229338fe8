"""What the service does not promise is not in the SYN-ACK, whatever the client offers."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case)
c.send("S")
answer = c.receive("SA")
assert [name for name, _ in answer[TCP].options if name != "NOP"] == ["MSS"]
case.save()
