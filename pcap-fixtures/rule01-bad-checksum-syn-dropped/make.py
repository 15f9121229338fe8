"""A SYN whose checksum is wrong was damaged on its way."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c = client(case)
c.send("S", chksum=0x1234)
broken = c.segment("S")
broken.chksum = 0x1234
c.send_packet(broken)
c.receive()
case.save()
