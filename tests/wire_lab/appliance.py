"""What stands in the box between the clients and the server."""

import json
import os
import pathlib
import signal

from wire_lab.lab import ATTACKER, SERVER, SPOOFED
from wire_lab.process import APPLIANCE_CPU, TRAFFIC_CPU

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("SYNSPLICE_PROGRAM", str(ROOT / "build" / "src" / "synsplice"))
START_TIMEOUT_S = 15
MOST_WORKERS = 2

AF_XDP = ("net_af_xdp0,iface=out0", "net_af_xdp1,iface=in0")
# AF_XDP refuses MTU 9000. The driver does not check that mbufs hold a ring frame.
JUMBO_MBUF = 16384 + 128
AF_PACKET_JUMBO = tuple(
    f"net_af_packet{index},iface={device},framesz=16384,blocksz=65536,framecnt=512"
    for index, device in enumerate(("out0", "in0")))

# The main lcore of DPDK only waits: it shares the core of the traffic.
def _lcores(workers):
    return f"--lcores=0@{TRAFFIC_CPU}" + "".join(
        f",{worker}@{APPLIANCE_CPU}" for worker in range(1, workers + 1))


def write_configuration(lab, services, devices=AF_XDP, ports=None, **sections):
    """A configuration file in the lab; returns its path."""
    config = {
        "ports": {"outside": {"device": devices[0]}, "inside": {"device": devices[1]},
                  **(ports or {})},
        "services": services,
        "idle": "adaptive",  # a lab leaves its cores to those beside it
        **sections,
    }
    path = pathlib.Path(lab.directory) / "synsplice.yaml"
    path.write_text(json.dumps(config, indent=1))  # JSON is YAML
    return path


class Synsplice:
    """The appliance under test. `stop` returns its final counters."""

    program = PROGRAM  # for all of them

    def __init__(self, lab, config_file, options=(), before=()):
        self._lab = lab
        self._config_file = config_file
        self._options = options  # of the command line
        self._before = before  # what the command line stands behind, such as env
        self._json = pathlib.Path(lab.directory) / "counters.json"
        self._counters = None
        self.process = None

    def __enter__(self):
        self.process = self._lab.box.start(
            *self._before, self.program, "--config", str(self._config_file),
            "--json", str(self._json), *self._options, "--", _lcores(MOST_WORKERS),
            cpu=APPLIANCE_CPU)
        self.process.wait_for_output("ready", START_TIMEOUT_S)
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends the appliance; returns its final counters."""
        if self._counters is None:
            code = self.process.stop(timeout_s=10)
            if code:
                raise RuntimeError(f"synsplice ended with {code}:\n{self.process.output()}")
            self._counters = json.loads(self._json.read_text())
        return self._counters


    def kill(self):
        """Ends the appliance as an accident would: there are no counters."""
        self._counters = {}
        self.process.stop(signal.SIGKILL)


class Wire:
    """Plain forwarding over the same ports: testpmd in io mode."""

    def __init__(self, lab, devices=AF_XDP):
        self._lab = lab
        self._devices = devices
        self.process = None

    def __enter__(self):
        vdevs = [word for device in self._devices for word in ("--vdev", device)]
        self.process = self._lab.box.start(
            "dpdk-testpmd", "--no-huge", "--no-shconf", "--no-pci", "-m", "256", _lcores(1), *vdevs,
            "--", "--forward-mode=io", "--auto-start", "--stats-period=60",
            "--total-num-mbufs=16384", cpu=APPLIANCE_CPU)
        self.process.wait_for_output("forwarding packets", START_TIMEOUT_S)
        return self

    def __exit__(self, *_):
        self.process.stop()


class KernelSynproxy:
    """A routing box with nftables' SYNPROXY, invisible by proxy ARP: the hosts keep their
    addresses and routes."""

    def __init__(self, lab):
        self._box = lab.box

    def __enter__(self):
        self._protect()
        self._route()
        return self

    def _protect(self):
        # The options are those of the server, as its administrator would read them off tcpdump.
        self._box.run("nft", """table ip protection {
            chain before {
                type filter hook prerouting priority raw;
                iifname out0 tcp dport 80 tcp flags & (fin|syn|rst|ack) == syn notrack
            }
            chain between {
                type filter hook forward priority filter;
                iifname out0 tcp dport 80 ct state invalid,untracked \\
                    synproxy mss 1460 wscale 7 timestamp sack-perm
                ct state invalid drop
            }
        }""")

    def _route(self):
        # After the rules: connection tracking has its sysctls once it is in use.
        for key, value in {
            "net.ipv4.ip_forward": 1,
            "net.ipv4.conf.out0.proxy_arp": 1,
            "net.ipv4.conf.in0.proxy_arp": 1,
            "net.ipv4.tcp_syncookies": 1,
            "net.ipv4.tcp_timestamps": 1,
            "net.netfilter.nf_conntrack_tcp_loose": 0,
        }.items():
            self._box.sysctl(key, value)
        self._box.run("ip", "address", "add", "198.18.0.254/16", "dev", "out0")
        self._box.run("ip", "route", "add", SERVER, "dev", "in0")
        self._box.run("ip", "route", "add", SPOOFED, "via", ATTACKER)

    def __exit__(self, *_):
        self._box.run("nft", "delete", "table", "ip", "protection")
