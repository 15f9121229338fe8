"""FIN, SYN and RST decide something: their checksum is verified, that of data is not."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

c.send("FA", chksum=0x1234, seq=c.seq)
c.send("R", chksum=0x1234)
s.receive()
c.send("PA", b"damaged", chksum=0x1234)
s.receive("PA")
case.save()
