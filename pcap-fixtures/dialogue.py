"""Plays TCP dialogues with synsplice and keeps what went in as a fixture.

A Case collects the frames that arrive on both sides, stamped with a clock of its own. When a Peer
has to know what synsplice made of them, all frames so far go through `synsplicectl replay`; replays
repeat exactly, so the frames that leave, cookies included, are those of the finished case.
"""
import os
import struct
import subprocess
import sys
import tempfile

from scapy.all import (ARP, ICMP, IP, TCP, UDP, Dot1AD, Dot1Q, Ether,  # noqa: F401
                       ICMPv6DestUnreach, ICMPv6EchoRequest, ICMPv6ND_NA, ICMPv6ND_NS,
                       ICMPv6NDOptDstLLAddr, ICMPv6NDOptSrcLLAddr, ICMPv6PacketTooBig,
                       IPOption_NOP, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                       IPv6ExtHdrRouting, Raw, RawPcapReader)

START = 1700000000 * 10**6  # microseconds UTC: 2023-11-14 22:13:20
STEP = 10000                # microseconds between frames
SERVICE, SERVICE_V6 = "198.18.0.10", "2001:db8::10"
CLIENT, CLIENT_V6 = "198.18.0.2", "2001:db8::2"
CLIENT_MAC, SERVER_MAC = "02:00:00:00:00:0c", "02:00:00:00:00:0e"
OUTSIDE_PORT_MAC = "02:00:00:00:00:f0"  # synsplice's own, in replays
INSIDE_PORT_MAC = "02:00:00:00:00:f1"


ROUTER, ROUTER_V6 = "198.18.0.77", "2001:db8::77"


def icmp_error(segment, source=None, mtu=None, length=28):
    """Host unreachable, or packet too big if `mtu` is told, from `source` (a router) to the sender
    of `segment`; quotes its IP header and `length` bytes of TCP."""
    v6 = IPv6 in segment
    packet = segment[IPv6] if v6 else segment[IP]
    quote = bytes(packet)[:(40 if v6 else 20) + length]
    if v6:
        message = ICMPv6DestUnreach(code=3) if mtu is None else ICMPv6PacketTooBig(mtu=mtu)
        return IPv6(src=source or ROUTER_V6, dst=packet.src) / message / Raw(quote)
    message = ICMP(type=3, code=1) if mtu is None else ICMP(type=3, code=4, nexthopmtu=mtu)
    return IP(src=source or ROUTER, dst=packet.src) / message / Raw(quote)


def ipv6(address):
    return ":" in address


def tags(vids):
    """The VLAN headers for no, one or two ids; the outer one of two is a service tag."""
    if len(vids) == 2:
        return Dot1AD(vlan=vids[0]) / Dot1Q(vlan=vids[1])
    return Dot1Q(vlan=vids[0]) if vids else None


def frame(source_mac, destination_mac, packet, vids=()):
    """An Ethernet frame around `packet`, padded to the minimum as a network card would."""
    header = Ether(src=source_mac, dst=destination_mac)
    built = header / tags(vids) / packet if vids else header / packet
    return bytes(built).ljust(60, b"\0")


def write_pcap(path, records):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for time, data in records:
            file.write(struct.pack("<IIII", time // 10**6, time % 10**6, len(data), len(data)))
            file.write(data)


def default_program():
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return os.environ.get("SYNSPLICECTL", os.path.join(top, "build/src/synsplicectl"))


class Case:
    """One fixture folder: policy.yaml beside the script, the captures are written by save()."""

    def __init__(self, script):
        self.folder = os.path.dirname(os.path.abspath(script))
        self.now = START
        self.frames = {"outside": [], "inside": []}

    def wait(self, seconds):
        self.now += round(seconds * 10**6)

    def arrive(self, side, data):
        """`data`, the bytes of a frame, arrives on `side`."""
        self.frames[side].append((self.now, bytes(data)))
        self.now += STEP

    def outside(self, packet, source=CLIENT_MAC, destination=SERVER_MAC, vids=()):
        self.arrive("outside", frame(source, destination, packet, vids))

    def inside(self, packet, source=SERVER_MAC, destination=CLIENT_MAC, vids=()):
        self.arrive("inside", frame(source, destination, packet, vids))

    def tick(self):
        """Moves the clock of the replay to the present: a frame that concerns nobody."""
        self.outside(ARP(hwsrc=CLIENT_MAC, psrc=CLIENT, pdst="198.18.0.99"),
                     destination="ff:ff:ff:ff:ff:ff")

    def answer_arp(self, address, vids=()):
        """The backend at `address` answers synsplice's probe."""
        self.inside(ARP(op="is-at", hwsrc=SERVER_MAC, psrc=address, hwdst=INSIDE_PORT_MAC,
                        pdst="0.0.0.0"), destination=INSIDE_PORT_MAC, vids=vids)

    def save(self, folder=None):
        arguments = []
        for side, records in self.frames.items():
            path = os.path.join(folder or self.folder, side + ".pcap")
            if not records:
                continue
            write_pcap(path, records)
            arguments += ["--" + side, path]
        return arguments

    def output_bytes(self):
        """The frames that have left either side so far."""
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "out.pcapng")
            command = [default_program(), "replay", "--out", out, "--config",
                       os.path.join(self.folder, "policy.yaml")]
            subprocess.run(command + self.save(folder), check=True, stdout=subprocess.DEVNULL)
            return [data for data, _ in RawPcapReader(out)]

    def output(self):
        """The same as scapy packets."""
        return [Ether(data) for data in self.output_bytes()]


class Peer:
    """One end of a TCP connection: `seq` and `ack` are what it will send next."""

    def __init__(self, case, side, **fields):
        self.case, self.side = case, side
        self.vids = ()
        self.syn_window, self.window = 64240, 502
        self.mss, self.scale, self.sack, self.timestamps = 1460, 7, True, True
        self.ack = self.echo = 0
        self.seen = 0  # frames of the output that were looked at
        self.mac, self.peer_mac, self.address, self.port = "", "", "", 0
        self.peer, self.peer_port, self.seq, self.clock = "", 0, 0, 0
        self.__dict__.update(fields)

    def tsval(self):
        return (self.clock + (self.case.now - START) // 1000) % 2**32

    def syn_options(self, echo=0):
        return ([("MSS", self.mss)] + [("SAckOK", b"")] * self.sack +
                [("Timestamp", (self.tsval(), echo))] * self.timestamps +
                ([("WScale", self.scale)] if self.scale is not None else []))

    def options(self):
        if not self.timestamps:
            return []
        return [("NOP", None), ("NOP", None), ("Timestamp", (self.tsval(), self.echo))]

    def segment(self, flags, payload=b"", **fields):
        """The IP packet; `fields` override those of the TCP header."""
        values = dict(sport=self.port, dport=self.peer_port, flags=flags, seq=self.seq,
                      ack=self.ack if "A" in flags else 0,
                      window=self.syn_window if "S" in flags else self.window,
                      options=self.syn_options(self.echo * ("A" in flags)) if "S" in flags else
                      [] if "R" in flags else self.options())
        tcp = TCP(**{**values, **fields})
        if ipv6(self.address):
            return IPv6(src=self.address, dst=self.peer) / tcp / Raw(payload)
        return IP(src=self.address, dst=self.peer, flags="DF", id=1) / tcp / Raw(payload)

    def send(self, flags, payload=b"", **fields):
        """Sends a segment; the next one follows it, unless `seq` was given."""
        self.send_packet(self.segment(flags, payload, **fields))
        if "seq" not in fields:
            self.seq = (self.seq + len(payload) + ("S" in flags) + ("F" in flags)) % 2**32

    def send_packet(self, packet):
        self.case.arrive(self.side, frame(self.mac, self.peer_mac, packet, self.vids))

    def is_mine(self, packet):
        if TCP not in packet or packet[TCP].dport != self.port:
            return False
        vids = tuple(layer.vlan for layer in packet.iterpayloads() if isinstance(layer, Dot1Q))
        ip = packet[IPv6] if IPv6 in packet else packet[IP]
        ends = ip.src, packet[TCP].sport, ip.dst
        return vids == self.vids and ends == (self.peer, self.peer_port, self.address)

    def receive(self, *expected):
        """Takes note of what has come since the last time: exactly segments with these flags.

        Returns the last one."""
        output = self.case.output()
        mine = [packet for packet in output[self.seen:] if self.is_mine(packet)]
        self.seen = len(output)
        flags = tuple(str(packet[TCP].flags) for packet in mine)
        if flags != expected:
            sys.exit(f"{self.case.folder}: {self.side} expected {expected}, got {flags}")
        for packet in mine:
            self.note(packet)
        return mine[-1] if mine else None

    @staticmethod
    def tcp_length(packet):
        """Of header and payload, without what pads the frame."""
        if IP in packet:
            return packet[IP].len - packet[IP].ihl * 4
        extensions = len(bytes(packet[IPv6].payload)) - len(bytes(packet[TCP]))
        return packet[IPv6].plen - extensions

    def note(self, packet):
        tcp, options = packet[TCP], dict(packet[TCP].options)
        if "R" in tcp.flags:
            return
        length = self.tcp_length(packet) - tcp.dataofs * 4
        self.ack = (tcp.seq + length + ("S" in tcp.flags) + ("F" in tcp.flags)) % 2**32
        if "Timestamp" in options:
            self.echo = options["Timestamp"][0]
        elif "S" in tcp.flags:
            self.timestamps = False
        if "S" in tcp.flags:
            self.sack = self.sack and "SAckOK" in options


def parts(packet, size):
    """The IP packet in fragments of `size` bytes; of TCP's headers the first one has its share."""
    if IP in packet:
        payload = bytes(IP(bytes(packet)).payload)
        return [IP(src=packet.src, dst=packet.dst, id=77, proto=6, frag=at // 8,
                   flags="MF" if at + size < len(payload) else 0) / Raw(payload[at:at + size])
                for at in range(0, len(payload), size)]
    payload = bytes(IPv6(bytes(packet)).payload)
    return [IPv6(src=packet.src, dst=packet.dst) /
            IPv6ExtHdrFragment(nh=6, id=77, offset=at // 8, m=int(at + size < len(payload))) /
            Raw(payload[at:at + size]) for at in range(0, len(payload), size)]


def client(case, v6=False, **fields):
    """A client of the service at SERVICE:80, as Linux would send."""
    values = dict(mac=CLIENT_MAC, peer_mac=SERVER_MAC, address=CLIENT_V6 if v6 else CLIENT,
                  peer=SERVICE_V6 if v6 else SERVICE, port=40000, peer_port=80, seq=1000,
                  clock=10000)
    return Peer(case, "outside", **{**values, **fields})


def server(case, v6=False, **fields):
    """The server behind synsplice; without port translation its port is 80."""
    values = dict(mac=SERVER_MAC, peer_mac=CLIENT_MAC, address=SERVICE_V6 if v6 else SERVICE,
                  peer=CLIENT_V6 if v6 else CLIENT, port=80, peer_port=40000, seq=500000,
                  clock=7000000, syn_window=65160, window=509)
    return Peer(case, "inside", **{**values, **fields})


def connect(client, server):
    """The whole handshake, up to the window update that tells the client."""
    client.send("S")
    client.receive("SA")
    client.send("A")
    server.receive("S")
    server.send("SA")
    server.receive("A")
    client.receive("A")


def close(first, second):
    """Both FINs and their acknowledgements, `first` closes first."""
    first.send("FA")
    second.receive("FA")
    second.send("FA")
    first.receive("FA")
    first.send("A")
    second.receive("A")
