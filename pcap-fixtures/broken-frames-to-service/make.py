"""Frames for a service that end early or lie about lengths: dropped, each by name."""
from dialogue import *  # noqa: F403

case = Case(__file__)
syn = bytes(frame(CLIENT_MAC, SERVER_MAC, client(case).segment("S")))
six = bytes(frame(CLIENT_MAC, SERVER_MAC, client(case, v6=True).segment("S")))


def changed(data, offset, value):
    return data[:offset] + value + data[offset + len(value):]


for data in (syn[:40], syn[:50], changed(syn, 14, b"\x44"), changed(syn, 14, b"\x4f"),
             changed(syn, 16, b"\x00\x13"), changed(syn, 16, b"\xff\xff"),
             changed(syn, 16, b"\x00\x20"), changed(syn, 46, b"\x40"), changed(syn, 46, b"\xf0"),
             six[:60], changed(six, 18, b"\xff\xff"), changed(six, 18, b"\x00\x08")):
    case.arrive("outside", data)
assert not case.output()
case.save()
