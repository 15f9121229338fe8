"""Many frames at once: arrays of bytes, a row for each, in numpy."""

import struct

import numpy

STRIDE = 128  # of a record of feed.cc
CLIENT_MAC, SERVER_MAC = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
TCP, UDP = 6, 17
WINDOW = 64240
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
LINUX_OPTIONS = bytes.fromhex("020405b40402080a000000010000000001030307")


class Records(numpy.ndarray):
    """Frames of any length, as feed.cc reads them."""


def addresses(first, count, v6=False):
    """So many addresses from `first` on, a network (/24, /64) of its own for each of 65536, as rows
    of bytes."""
    rows = numpy.tile(numpy.frombuffer(first, numpy.uint8), (count, 1))
    number = numpy.arange(count, dtype=numpy.uint32)
    network, host = number & 0xffff, number >> 16
    last = 7 if v6 else 2
    rows[:, last - 1] += (network >> 8).astype(numpy.uint8)
    rows[:, last] += network.astype(numpy.uint8)
    rows[:, -1] += host.astype(numpy.uint8)
    return rows


def _columns(value, width, count):
    """Big-endian bytes of a number, or of an array of them."""
    array = numpy.broadcast_to(numpy.asarray(value, dtype=numpy.uint64), (count,))
    return array.astype(">u8").view(numpy.uint8).reshape(count, 8)[:, 8 - width:]


def _checksum(rows, more=0):
    padded = rows if rows.shape[1] % 2 == 0 else numpy.pad(rows, ((0, 0), (0, 1)))
    total = padded.reshape(len(rows), -1, 2).astype(numpy.uint32)
    total = (total[:, :, 0] * 256 + total[:, :, 1]).sum(axis=1) + more
    for _ in range(2):
        total = (total & 0xffff) + (total >> 16)
    return 0xffff - total


def _rows_of(address, count):
    if isinstance(address, bytes):
        return numpy.tile(numpy.frombuffer(address, numpy.uint8), (count, 1))
    return address


def tcp(ends, numbers, options=b"", payload=b"", to_server=True):
    """Rows of frames. `ends` are source and destination, one address or rows of bytes, and their
    ports; `numbers` are sequence, acknowledgement, flags. Numbers may be arrays."""
    count = max(len(end) for end in ends[:2] if not isinstance(end, bytes))
    addresses = numpy.concatenate([_rows_of(end, count) for end in ends[:2]], axis=1)
    segment = numpy.zeros((count, 20 + len(options) + len(payload)), numpy.uint8)
    fields = ((ends[2], 2), (ends[3], 2), (numbers[0], 4), (numbers[1], 4),
              ((20 + len(options)) // 4 << 4, 1), (numbers[2], 1), (WINDOW, 2))
    segment[:, :16] = numpy.concatenate([_columns(*field, count) for field in fields], axis=1)
    segment[:, 20:] = numpy.frombuffer(options + payload, numpy.uint8)
    more = (0xffff - _checksum(addresses)) + TCP + segment.shape[1]
    segment[:, 16:18] = _columns(_checksum(segment, more), 2, count)
    return _behind_ip(addresses, segment, TCP, to_server)


def udp(source, destination, length):
    """IPv4 datagrams without checksum that make frames of `length` bytes."""
    count = len(source)
    segment = numpy.zeros((count, length - 34), numpy.uint8)
    segment[:, 0:8] = numpy.frombuffer(struct.pack(">HHHH", 5000, 53, length - 34, 0), numpy.uint8)
    rows = numpy.concatenate((source, _rows_of(destination, count)), axis=1)
    return _behind_ip(rows, segment, UDP)


def _behind_ip(addresses, segment, protocol, to_server=True):
    length = segment.shape[1]
    header = SERVER_MAC + CLIENT_MAC if to_server else CLIENT_MAC + SERVER_MAC
    if v6 := addresses.shape[1] == 32:
        header += b"\x86\xdd" + struct.pack(">IHBB", 0x60000000, length, protocol, 64)
    else:
        header += b"\x08\x00" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, 0, 0x4000, 64,
                                            protocol, 0)
    rows = numpy.concatenate((_rows_of(header, len(segment)), addresses, segment), axis=1)
    if not v6:
        rows[:, 24:26] = _columns(_checksum(rows[:, 14:34]), 2, len(rows))
    return rows


def shuffled(*groups, seed=1):
    """The rows of all groups in random order, as records of one length with their own lengths."""
    records = numpy.concatenate([records_of(group) for group in groups])
    return records[numpy.random.default_rng(seed).permutation(len(records))].view(Records)


def records_of(rows):
    """As feed.cc reads them; records stay what they are."""
    if rows is None or isinstance(rows, Records):
        return rows
    records = numpy.zeros((len(rows), STRIDE), numpy.uint8)
    records[:, 0:2] = numpy.array([rows.shape[1]], "<u2").view(numpy.uint8)
    records[:, 2:2 + rows.shape[1]] = rows
    return records.view(Records)


def write_feed(path, opening, loop):
    """`opening` and `loop` are records; None: none."""
    empty = numpy.zeros((0, STRIDE), numpy.uint8)
    opening, loop = (empty if part is None else part for part in (opening, loop))
    with open(path, "wb") as file:
        file.write(struct.pack("<QQ", len(opening), len(loop)).ljust(STRIDE, b"\0"))
        file.write(opening.tobytes())
        file.write(loop.tobytes())


def write_capture(path, rows, seconds):
    """A pcap file; all frames at one time."""
    count, length = rows.shape
    header = struct.pack("<IIII", int(seconds), 0, length, length)
    records = numpy.tile(numpy.frombuffer(header, numpy.uint8), (count, 1))
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        file.write(numpy.concatenate((records, rows), axis=1).tobytes())
