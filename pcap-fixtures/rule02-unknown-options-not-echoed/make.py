"""Fast Open, MPTCP and experimental options are never promised."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case)
options = [("MSS", 1460), (34, b"\x01\x02\x03\x04"), (30, b"\x00\x81" + bytes(8)),
           (254, b"\xf9\x89")]
c.send("S", options=options)
answer = c.receive("SA")
assert [name for name, _ in answer[TCP].options] == ["MSS"]
case.save()
