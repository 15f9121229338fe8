"""TCP-MD5 and TCP-AO between a client of signed_bypass and a transparent service: untouched."""
from dialogue import *  # noqa: F403

case = Case(__file__)
MD5 = [("NOP", None), ("NOP", None), (19, bytes(16))]
AO = [(29, bytes(6))]
for v6 in False, True:
    for options in MD5, AO:
        c, s = client(case, v6=v6, port=179), server(case, v6=v6, peer_port=179)
        c.send("S", options=options)
        s.send("SA", options=options)
        c.send("A", options=options)
        c.send("PA", b"hello", options=options)
        s.send("RA", options=options)
case.save()
