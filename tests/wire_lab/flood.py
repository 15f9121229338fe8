"""trafgen floods from the attacker's namespace, at a stated rate, bounded in number."""

import pathlib
import signal
import threading
import time

from wire_lab.lab import SERVER, SERVER6, SPOOFED
from wire_lab.process import TRAFFIC_CPU, run, wait_until

CONFIGURATIONS = pathlib.Path(__file__).resolve().parents[2] / "conf" / "trafgen"

# trafgen sends the packets of a second in one burst and rests for what remains of it. Many of
# them, each with its share of the rate and each begun a little later, make a steady flood.
GENERATORS = 100
START_S = 20
# Service addresses of one network, its last four bits 0, that a carpet attacks at once.
CARPET = "198.18.64.0"
# Above every ordinary process, so that the flood keeps its rate beside any other load.
PRIORITY = ("chrt", "--fifo", "10")


def drop_at_server(lab):
    """Floods end where they arrive at the server."""
    lab.server.run("nft", f"""table netdev door {{
        chain arriving {{
            type filter hook ingress device eth0 priority 0;
            ip saddr {SPOOFED} drop
        }}
    }}""")


class Flood:
    """`with Flood(lab, "syn-flood-v4", seconds=5)`: sends at `rate` packets per second, or a little
    less where the core is short of time."""

    SPREAD_S = 1  # from the first generator's burst to the last one's, of every second

    def __init__(self, lab, name, seconds, rate=100_000, generators=GENERATORS):
        self._lab = lab
        self._name = name
        self._count = generators
        self._rate = rate // generators
        self._number = int(rate * seconds) // generators
        self._generators = []

    def __enter__(self):
        self._configuration = self._preprocess()
        self._sent_before = self._sent()
        started = time.monotonic()
        step = self.SPREAD_S / self._count
        for index in range(self._count):
            wait_until(lambda: time.monotonic() >= started + index * step, "its turn", 5)
            self._generators.append(self._generator())
        # A busy core takes seconds to start so many: until then it would be a weaker flood.
        for generator in self._generators:
            generator.wait_for_output("Running", START_S)
            if not generator.running() and generator.wait(0):
                raise RuntimeError(f"trafgen failed:\n{generator.output()}")
        self._mark = (time.monotonic(), self.sent())
        return self

    def __exit__(self, *_):
        for generator in self._generators:
            generator.send_signal(signal.SIGTERM)
        for generator in self._generators:
            generator.stop()

    def _generator(self):
        return self._trafgen(*PRIORITY, rate=("--rate", f"{self._rate}pps"))

    def _trafgen(self, *before, rate=()):
        return self._lab.attacker.start(
            *before, "trafgen", "--conf", self._configuration, "--out", "eth0", "--cpus", "1",
            "--no-sock-mem", *rate, "--num", str(self._number), cpu=TRAFFIC_CPU)

    def _preprocess(self):
        names = {"TARGET_MAC": self._next_hop(), "TARGET": SERVER,
                 "TARGET6": SERVER6, "CARPET": CARPET, "PORT": 80}
        output = pathlib.Path(self._lab.directory) / f"{self._name}.cfg"
        run(["cpp", "-P", *(f"-D{name}={value}" for name, value in names.items()),
             str(CONFIGURATIONS / f"{self._name}.cfg"), str(output)])
        return str(output)

    def _next_hop(self):
        """The MAC that answers for the server: its own, or that of a box in between."""
        attacker = self._lab.attacker
        attacker.run("ping", "-c", "1", "-W", "1", SERVER, check=False)
        neighbour = attacker.run("ip", "neighbour", "show", SERVER).stdout.split()
        return neighbour[neighbour.index("lladdr") + 1]

    def _sent(self):
        return self._lab.attacker.sent_packets()

    def sent(self):
        return self._sent() - self._sent_before

    def packets_per_second(self):
        """Since all generators were at work."""
        started, sent = self._mark
        return (self.sent() - sent) / (time.monotonic() - started)

    def wait(self, timeout_s):
        for generator in self._generators:
            generator.wait(timeout_s)


class GreedyFlood(Flood):
    """What one core sends when nothing holds it back."""

    MOST = 10_000_000  # packets per second, for the bound in number

    def __init__(self, lab, name, seconds):
        super().__init__(lab, name, seconds, rate=self.MOST, generators=1)

    def _generator(self):
        return self._trafgen()


class PulsedFlood(Flood):
    """What a steady one sends in a second comes in a quarter of it; the rest is silent."""

    SPREAD_S = 0.25


class SteadyFlood(Flood):
    """Keeps its rate, whatever that costs the others on their core: generators are late, some more
    than others, and further ones send what lacks."""

    MAKE_UP_S = 2
    MOST_FURTHER = 0.15  # of the generators: a core that is overloaded must not get ever more

    def __enter__(self):
        super().__enter__()
        self._further = []
        self._failure = None  # of the keeper
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep_rate)
        self._keeper.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._keeper.join()
        self._generators += self._further
        super().__exit__()
        if self._failure:
            raise RuntimeError("the flood's rate was not kept") from self._failure

    def _keep_rate(self):
        try:
            self._adjust()
        except Exception as failure:  # told when the flood ends
            self._failure = failure

    def _adjust(self):
        most = int(self.MOST_FURTHER * self._count)
        while not self._over.wait(0.5):
            needed = max(min(round(self._lack() / self._rate / self.MAKE_UP_S), most), 0)
            if len(self._further) < needed:
                self._further.append(self._generator())
            elif len(self._further) > needed:
                self._further.pop().stop()

    def _lack(self):
        """Packets, since all generators were at work; negative: it was too fast."""
        started, sent = self._mark
        due = self._rate * self._count * (time.monotonic() - started)
        return due - (self.sent() - sent)
