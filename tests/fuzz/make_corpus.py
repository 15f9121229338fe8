#!/usr/bin/python3
"""Writes the binary part of corpus/: small inputs, each named for what it shows.

The texts of corpus/config are kept by hand, and findings (finding-*) as the fuzzer reduced them.
"""
import gzip
import struct
from pathlib import Path

from scapy.all import (ARP, ICMP, IP, TCP, Dot1AD, Dot1Q, Ether, ICMPv6DestUnreach, ICMPv6ND_NS,
                       ICMPv6NDOptSrcLLAddr, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, Raw)

CORPUS = Path(__file__).resolve().parent / "corpus"
SERVICE, SERVICE_V6 = "198.18.0.10", "2001:db8::10"
CLIENT, CLIENT_V6 = "198.18.0.12", "2001:db8::c"
MACS = {"src": "02:00:00:00:00:0c", "dst": "02:00:00:00:00:0e"}
SYN_OPTIONS = [("MSS", 1460), ("SAckOK", b""), ("Timestamp", (1, 0)), ("NOP", None),
               ("WScale", 7)]

# Op of proxy_fuzz.cc, in its order.
(CONNECT, SYN, CLIENT_SAYS, SERVER_SAYS, SYN_ACK, ICMP_ERROR, NEIGHBOUR, TIME, BURST, XOR, SHAPE,
 RAW, SERVER_OPENS) = range(13)
# PeerOption of peers.h.
TIMESTAMPS, BLOCK, MSS, SCALE, SACK, FOUR_BLOCKS, FAR = 1, 2, 4, 8, 16, 32, 64
LINUX = TIMESTAMPS | MSS | SCALE | SACK
FIN, RST, PSH, ACK = 1, 4, 8, 16
OUTSIDE = 128
# The steps of time in Story::Pass, by their index.
ONE_SECOND, NINE_SECONDS, SIXTY_FIVE_SECONDS = 2, 5, 7
TRANSPARENT, NAT, NAT_ASKS, CONNLIMIT, NO_ROOM = 0, 1, 2, 32, 128


def keep(target, name, data):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def syn():
    return TCP(sport=40000, dport=80, flags="S", seq=1, options=SYN_OPTIONS)


def write_frames():
    v4 = IP(src=CLIENT, dst=SERVICE)
    v6 = IPv6(src=CLIENT_V6, dst=SERVICE_V6)
    ether = Ether(**MACS)
    frames = {
        "ipv4-syn": ether / v4 / syn(),
        "ipv6-syn": ether / v6 / syn(),
        "qinq-syn": ether / Dot1AD(vlan=5) / Dot1Q(vlan=6) / v4 / syn(),
        "ipv6-extension-headers": ether / v6 / IPv6ExtHdrDestOpt() / IPv6ExtHdrFragment() / syn(),
        "ipv4-fragment": ether / IP(src=CLIENT, dst=SERVICE, flags="MF") / syn(),
        "ipv6-mapped-source": ether / IPv6(src="::ffff:198.18.0.12", dst=SERVICE_V6) / syn(),
        "ipv6-mapped-destination": ether / IPv6(src=CLIENT_V6, dst="::ffff:198.18.0.10") / syn(),
        "arp-request": ether / ARP(op=1, psrc=CLIENT, pdst=SERVICE),
        "neighbour-solicitation": ether / IPv6(src=CLIENT_V6, dst=SERVICE_V6, hlim=255)
                                  / ICMPv6ND_NS(tgt=SERVICE_V6)
                                  / ICMPv6NDOptSrcLLAddr(lladdr=MACS["src"]),
        "icmp-unreachable": ether / IP(src=SERVICE, dst=CLIENT) / ICMP(type=3, code=1) / v4
                            / syn(),
        "icmpv6-unreachable": ether / IPv6(src=SERVICE_V6, dst=CLIENT_V6) / ICMPv6DestUnreach()
                              / v6 / syn(),
        "odd-payload": ether / v4 / TCP(sport=40000, dport=80, flags="PA") / Raw(b"odd"),
    }
    for name, frame in frames.items():
        keep("frame", name, bytes(frame))


def write_options():
    def case(shape, options, rewriting):
        return bytes([shape]) + options + bytes([rewriting]) + struct.pack("!I", 0xfffffff0)
    timestamps = struct.pack("!BBBBII", 1, 1, 8, 10, 0xffffffff, 5)
    sack = struct.pack("!BBBBIIII", 1, 1, 5, 18, 0xfffffff8, 8, 16, 24)
    four_blocks = bytes([1, 1, 5, 34]) + bytes(range(32))
    odd = struct.pack("!BBBII", 1, 8, 10, 1, 2) + b"\0"
    # The top three bits of the shape say how many times six bytes of options follow.
    keep("options", "timestamps-shifted", case(2 << 5, timestamps, 2))
    keep("options", "timestamps-at-odd-offset", case(2 << 5 | 4, odd, 2))
    keep("options", "timestamps-erased-v6", case(2 << 5 | 1, timestamps, 3))
    keep("options", "timestamps-inserted", case(1, b"", 4))
    keep("options", "sack-shifted", case(4 << 5, sack + bytes(4), 0))
    keep("options", "sack-erased-tagged", case(4 << 5 | 2, sack + bytes(4), 1))
    keep("options", "fourth-block-makes-room", case(6 << 5, four_blocks, 4))
    keep("options", "length-past-the-header", case(1 << 5, bytes([2, 40, 0, 0, 0, 0]), 5))


def segment(flags, options=TIMESTAMPS, payload=0, deltas=(0, 0)):
    return bytes([flags, deltas[0] & 255, deltas[1] & 255, 5, options, payload])


def connect(peer, client=LINUX, server=LINUX):
    return bytes([CONNECT, peer, client, server])


def client(peer, flags, **more):
    return bytes([CLIENT_SAYS, peer]) + segment(flags, **more)


def server(peer, flags, **more):
    return bytes([SERVER_SAYS, peer]) + segment(flags, **more)


def raw(side, frame):
    data = bytes(frame)
    assert len(data) < 256
    return bytes([RAW, side, len(data)]) + data


# A SYN whose cookie the client has, but nobody has sent the ACK yet.
def opened(peer, options=LINUX):
    return bytes([SYN, peer]) + segment(0, options=options)


def write_proxy():
    talk = client(0, PSH | ACK, payload=20) + server(0, PSH | ACK, payload=60)
    close = client(0, FIN | ACK) + server(0, FIN | ACK) + client(0, ACK)
    mapped = Ether(**MACS) / IPv6(src="::ffff:198.18.0.12", dst=SERVICE_V6) / syn()
    unreachable = bytes([ICMP_ERROR, 0, 3, 1, 0, 0, 255, 28])
    stories = {
        "whole-connection": (TRANSPARENT, connect(0) + talk + close),
        "whole-connection-nat-v6": (NAT, connect(1) + client(1, PSH | ACK, payload=20)
                                    + server(1, FIN | ACK) + client(1, FIN | ACK)),
        "tagged-connections": (TRANSPARENT, connect(2) + connect(4) + client(4, ACK)),
        "server-without-timestamps": (TRANSPARENT, connect(0, server=MSS) + talk
                                      + server(0, ACK, options=FOUR_BLOCKS, payload=0xff)),
        "server-without-anything": (TRANSPARENT, connect(0, server=0) + talk
                                    + client(0, ACK, options=BLOCK)),
        "windows-client": (TRANSPARENT, connect(0, MSS | SCALE | SACK, MSS | SCALE | SACK) + talk),
        "early-data-held": (TRANSPARENT, opened(0) + client(0, PSH | ACK, payload=9)
                            + client(0, FIN | ACK, payload=9) + bytes([SYN_ACK, 0])
                            + segment(0, options=LINUX)),
        "silent-backend": (TRANSPARENT, opened(0) + client(0, PSH | ACK, payload=9)
                           + bytes([TIME, ONE_SECOND, TIME, NINE_SECONDS, TIME, NINE_SECONDS])),
        "icmp-for-our-syn": (TRANSPARENT, opened(0) + client(0, ACK) + unreachable),
        "icmp-about-a-spliced-flow": (NAT, connect(0) + talk
                                      + bytes([ICMP_ERROR, 0, 3, 4, 5, 0x14, 0, 40])
                                      + bytes([ICMP_ERROR, OUTSIDE, 3, 4, 5, 0x14, 0, 8])),
        "backend-asked-by-arp": (NAT_ASKS, opened(0) + client(0, ACK)
                                 + bytes([NEIGHBOUR, 0, 0b1001, TIME, ONE_SECOND])
                                 + bytes([NEIGHBOUR, OUTSIDE, 0b100])),
        "connlimit-refuses": (CONNLIMIT, b"".join(connect(peer) for peer in (0, 2, 4, 6))),
        "full-tables": (TRANSPARENT, b"".join(opened(peer) + client(peer, ACK)
                                              for peer in range(8))),
        "resets": (TRANSPARENT, connect(0) + client(0, RST, deltas=(3, 0)) + client(0, RST)
                   + opened(0) + client(0, ACK)),
        # A RST at the end of data that leaves out what lies before it, or is damaged.
        "reset-behind-a-hole": (CONNLIMIT, connect(0) + client(0, PSH | ACK, payload=10,
                                                               deltas=(100, 0))
                                + client(0, RST, deltas=(110, 0)) + server(0, ACK) + connect(2)),
        "reset-behind-damage": (CONNLIMIT, connect(0) + bytes([XOR, 0, 70, 1])
                                + client(0, PSH | ACK, payload=20) + client(0, RST)
                                + server(0, ACK, deltas=(0, 236)) + connect(2)),
        "resets-at-every-edge": (TRANSPARENT, connect(0) + talk + b"".join(
            client(0, RST, deltas=(delta, 0)) for delta in (255, 1, 50, 236, 0))),
        "resets-behind-a-fin": (TRANSPARENT, connect(0) + server(0, FIN | ACK)
                                + client(0, RST, deltas=(5, 0)) + client(0, ACK)),
        "old-acks-behind-a-fin": (TRANSPARENT, connect(0) + server(0, PSH | ACK, payload=60)
                                  + client(0, ACK) + server(0, FIN | ACK)
                                  + (client(0, ACK, deltas=(0, 254)) + bytes([TIME, NINE_SECONDS]))
                                  * 4 + server(0, RST, deltas=(254, 0))),
        "aborts-against-a-silent-backend": (CONNLIMIT, b"".join(
            opened(peer) + client(peer, ACK) + client(peer, RST) for peer in (0, 2, 4, 6, 0))
                                            + bytes([TIME, ONE_SECOND])),
        "tiny-path-of-one-client": (TRANSPARENT, connect(0) + talk
                                    + bytes([ICMP_ERROR, OUTSIDE, 3, 4, 0, 41, 255, 40])
                                    + connect(2, server=0) + connect(4)),
        "port-reuse": (TRANSPARENT, connect(0) + close + connect(0) + talk),
        "challenge-ack": (TRANSPARENT, connect(0) + opened(0)),
        "idle-to-the-end": (TRANSPARENT, connect(0) + bytes([TIME, SIXTY_FIVE_SECONDS]) + talk),
        "burst-of-syns": (TRANSPARENT, bytes([BURST, 15])
                          + b"".join(opened(peer) for peer in range(8)) * 2),
        "no-tailroom": (NO_ROOM, connect(0, server=MSS) + talk),
        "damaged-data": (NAT, connect(0) + bytes([XOR, 0, 70, 1]) + talk),
        "fragment": (TRANSPARENT, connect(0) + bytes([SHAPE, 2, 0x20, 0]) + talk),
        "extension-header": (TRANSPARENT, connect(1) + bytes([SHAPE, 3, 60, 4])
                             + client(1, ACK, payload=5)),
        "server-opens": (TRANSPARENT, bytes([SERVER_OPENS, 0]) + segment(0) + talk),
        "finding-mapped-source-read-past-the-address": (TRANSPARENT, raw(OUTSIDE, mapped)),
    }
    for name, (setup, story) in stories.items():
        keep("proxy", name, bytes([setup]) + story)


def pcap(link_type, packets, nanoseconds=False, seconds=1700000000):
    magic = 0xa1b23c4d if nanoseconds else 0xa1b2c3d4
    data = struct.pack("<IHHiIII", magic, 2, 4, 0, 0, 262144, link_type)
    for number, packet in enumerate(map(bytes, packets)):
        data += struct.pack("<IIII", seconds + number, 0, len(packet), len(packet)) + packet
    return data


def block(kind, body):
    body += bytes(-len(body) % 4)
    length = len(body) + 12
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def interface(link_type, name, resolution):
    """Interface description; `resolution` 0: whole seconds."""
    text = name.encode() + bytes(-len(name) % 4)
    options = struct.pack("<HH", 2, len(name)) + text if name else b""
    options += struct.pack("<HHBxxxHH", 9, 1, resolution, 0, 0)
    return block(1, struct.pack("<HHI", link_type, 0, 0) + options)


def enhanced(number, packet, ticks):
    data = bytes(packet)
    header = struct.pack("<IIIII", number, ticks >> 32, ticks & 0xffffffff, len(data), len(data))
    return block(6, header + data)


def pcapng(*blocks):
    return block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1)) + b"".join(blocks)


def write_captures():
    ether, v4 = Ether(**MACS), IP(src=CLIENT, dst=SERVICE)
    first = ether / v4 / syn()
    keep("capture", "microseconds", pcap(1, [first, first]))
    keep("capture", "nanoseconds", pcap(1, [first], nanoseconds=True))
    keep("capture", "raw-ip", pcap(101, [v4 / syn(), IPv6(src=CLIENT_V6, dst=SERVICE_V6) / syn()]))
    keep("capture", "linux-cooked", pcap(113, [bytes(14) + b"\x08\x00" + bytes(v4 / syn())]))
    keep("capture", "unknown-link-type", pcap(105, [first]))
    keep("capture", "cut-off", pcap(1, [first])[:-7])
    keep("capture", "no-frames", pcap(1, []))
    write_more_captures(first)


def write_more_captures(first):
    """Link types, pcapng, gzip, and a whole recorded connection."""
    seconds = interface(1, "", 0)
    ip = bytes(first)[14:]
    loopback = struct.pack("<I", 2) + ip
    keep("capture", "pcapng", pcapng(seconds, enhanced(0, first, 1700000000)))
    keep("capture", "finding-time-beyond-nanoseconds",
         pcapng(seconds, enhanced(0, first, 1 << 63)))
    keep("capture", "pcapng-two-interfaces",
         pcapng(interface(1, "outside", 9), interface(0, "inside", 0x80 | 20),
                enhanced(0, first, 1700000000 * 10**9), enhanced(1, loopback, 1700000000 << 20)))
    keep("capture", "pcapng-other-packets",
         pcapng(interface(101, "", 6), block(2, struct.pack("<HHIIII", 0, 0, 0, 9, 40, 40) + ip),
                block(3, struct.pack("<I", len(ip)) + ip), block(5, bytes(12)),
                enhanced(1, first, 0)))
    keep("capture", "bsd-loopback", pcap(0, [loopback]))
    keep("capture", "openbsd-loopback", pcap(108, [struct.pack(">I", 24) + ip]))
    keep("capture", "raw-ipv4", pcap(228, [ip]))
    keep("capture", "after-2038", pcap(1, [first], seconds=0x80000010))
    keep("capture", "gzip", gzip.compress(pcap(1, [first]), mtime=0))
    keep("capture", "gzip-cut-off", gzip.compress(pcap(1, [first] * 9), mtime=0)[:60])
    cut = bytearray(pcap(1, [bytes(first)[:40]]))
    cut[24 + 12:24 + 16] = struct.pack("<I", len(bytes(first)))
    keep("capture", "snapshot-length", bytes(cut))
    keep("capture", "recorded-connection", pcap(1, recorded_connection(first)))


def recorded_connection(first):
    """Without a proxy between its ends: handshake, data with SACK, both FINs, a server's RST."""
    timestamps = [("NOP", None), ("NOP", None), ("Timestamp", (9, 9))]

    def says(client, flags, numbers, options=None, data=b""):
        here, there = (CLIENT, SERVICE) if client else (SERVICE, CLIENT)
        ports = (40000, 80) if client else (80, 40000)
        return (Ether(**MACS) / IP(src=here, dst=there)
                / TCP(sport=ports[0], dport=ports[1], flags=flags, seq=numbers[0], ack=numbers[1],
                      options=options or timestamps) / Raw(data))
    return [first, says(False, "SA", (500, 2), SYN_OPTIONS), says(True, "A", (2, 501)),
            says(True, "PA", (2, 501), data=b"ask"),
            says(False, "A", (501, 2), [("SAck", (3, 5))]),
            says(False, "PA", (501, 5), data=b"answer"), says(True, "FA", (5, 507)),
            says(False, "FA", (507, 6)), says(True, "A", (6, 508)), says(False, "R", (508, 0))]


if __name__ == "__main__":
    write_frames()
    write_options()
    write_proxy()
    write_captures()
