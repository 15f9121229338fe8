"""Capture files and frames as this test reads them: a second opinion, independent of libpcap."""

import ipaddress
import struct
from dataclasses import dataclass, field

ETHERNET, LINUX_COOKED = 1, 113
RAW_IP = (101, 12, 228, 229)
LOOPBACK = (0, 108)
READABLE = (ETHERNET, LINUX_COOKED, *RAW_IP, *LOOPBACK)

FIN, SYN, RST, ACK = 1, 2, 4, 16


def read_pcap(path):
    """The link type and every frame that is complete in the file, padded where it was cut."""
    data = path.read_bytes()
    order = "<" if data[:1] in b"\xd4\x4d" else ">"
    link_type = struct.unpack_from(order + "I", data, 20)[0] & 0xffff
    frames, at = [], 24
    while at + 16 <= len(data):
        length, wire = struct.unpack_from(order + "II", data, at + 8)
        if at + 16 + length > len(data):
            break
        frames.append(data[at + 16:at + 16 + length].ljust(wire, b"\0"))
        at += 16 + length
    return link_type, frames


def read_output(path):
    """(interface's name, frame) of every frame in a pcapng file of synsplice."""
    data, names, frames, at = path.read_bytes(), [], [], 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == 1:
            size = struct.unpack_from("<H", data, at + 18)[0]
            names.append(data[at + 20:at + 20 + size].decode())
        elif kind == 6:
            interface, size = struct.unpack_from("<I8xI", data, at + 8)
            frames.append((names[interface], data[at + 28:at + 28 + size]))
        at += length
    return frames


def write_pcap(path, frames):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, ETHERNET))
        for frame in frames:
            file.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)


def with_ethernet(link_type, frame):
    """The frame from its ethertype on, where MAC addresses are nobody's (12 zero bytes)."""
    if link_type == ETHERNET:
        return frame
    if link_type == LINUX_COOKED:
        return bytes(12) + frame[14:] if len(frame) > 16 else bytes(14)
    if link_type in LOOPBACK:
        frame = frame[4:]
    return bytes(12) + (b"\x86\xdd" if frame[:1] and frame[0] >> 4 == 6 else b"\x08\x00") + frame


@dataclass
class Segment:
    """What a TCP segment says; `clean`: complete, unfragmented and with right checksums."""
    source: tuple
    destination: tuple
    flags: int = 0
    clean: bool = False
    addresses: tuple = field(default=())


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def network_layer(frame):
    """The IP header and what follows, behind at most two tags; b"" when it is not IP."""
    at = 12
    while at <= 20 and frame[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    return frame[at + 2:] if frame[at:at + 2] in (b"\x08\x00", b"\x86\xdd") else b""


def ip_addresses(frame):
    """Source and destination, empty when the frame is not IP."""
    ip = network_layer(frame)
    if len(ip) >= 20 and ip[0] >> 4 == 4:
        return ipaddress.ip_address(ip[12:16]), ipaddress.ip_address(ip[16:20])
    if len(ip) >= 40 and ip[0] >> 4 == 6:
        return ipaddress.ip_address(ip[8:24]), ipaddress.ip_address(ip[24:40])
    return ()


def has_extension_header(frame):
    """Whether this is IPv6 with TCP not directly behind its header, and no fragment."""
    ip = network_layer(frame)
    return ip[0] >> 4 == 6 and ip[6] in (0, 43, 60)


def read_tcp(frame):
    """The TCP segment directly behind an IP header, None when there is none."""
    ip, addresses = network_layer(frame), ip_addresses(frame)
    if not addresses:
        return None
    v6 = ip[0] >> 4 == 6
    start = 40 if v6 else (ip[0] & 15) * 4
    end = 40 + struct.unpack_from("!H", ip, 4)[0] if v6 else struct.unpack_from("!H", ip, 2)[0]
    protocol = ip[6] if v6 else ip[9]
    fragment = not v6 and struct.unpack_from("!H", ip, 6)[0] & 0x3fff
    tcp = ip[start:end]
    if protocol != 6 or fragment or len(tcp) < 20:
        return None
    source, destination = struct.unpack_from("!HH", tcp)
    packed = addresses[0].packed + addresses[1].packed
    pseudo = packed + struct.pack("!II", len(tcp), 6)
    clean = end <= len(ip) and checksum(pseudo + tcp) == 0 and (v6 or checksum(ip[:start]) == 0)
    return Segment((addresses[0], source), (addresses[1], destination), tcp[13], clean, addresses)
