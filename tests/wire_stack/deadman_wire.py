#!/usr/bin/python3
"""What is left in the wire when the appliance is killed or ends, and how the next one takes it."""

import contextlib
import json
import os
import pathlib
import time

from wire_test import TRANSPARENT, WireTest, main
from wire_lab.appliance import PROGRAM, Synsplice, write_configuration
from wire_lab.dialogue import accepted, connect, exchange_over, listen
from wire_lab.heartbeat import Heartbeat
from wire_lab.http import Nginx
from wire_lab.lab import SERVER, SERVER6
from wire_lab.process import wait_until
from wire_lab.streams import IPERF_PORT
from wire_lab.tags import tag_host
from wire_lab.xdp import occupy, program_id

SYNSPLICECTL = os.environ["SYNSPLICECTL"]
ADDRESSES = (SERVER, SERVER6)
GUARDED, UNGUARDED = 7, 8  # ports of the server: of a service, of none
# How long nothing comes through; 100 ms on a machine with nothing else to do.
MOST_GAP_S = 2
PORTS = ("out0", "in0")
PENDING = 0xFFFFFFFF  # in the place of a program's id


class Deadman(WireTest):
    services = TRANSPARENT + [{"name": "echo", "listen": [f"{SERVER}:{GUARDED}",
                                                          f"[{SERVER6}]:{GUARDED}"]}]

    def prepare(self):
        self.lab.deliver_redirected()
        Nginx(self.lab, self.server)

    def _served(self, timeout_s=2):
        """Both families, by the appliance or by the wire."""
        def works(host):
            result = self.client.run("curl", "-gsf", "--max-time", str(timeout_s),
                                     f"http://{host}/", check=False)
            return result.stdout == "synsplice\n"

        return [works(host) for host in (SERVER, f"[{SERVER6}]")] == [True, True]

    def _start(self, **ports):
        """Another one, in the place of the one before."""
        self.appliance = self.enterContext(Synsplice(
            self.lab, write_configuration(self.lab, self.services, ports=ports)))

    @contextlib.contextmanager
    def _gap(self, what):
        """Nothing may be missing for long, either way, while the block runs and a while after."""
        with contextlib.ExitStack() as stack:
            heartbeats = [stack.enter_context(Heartbeat(self.client, self.server, address))
                          for address in ADDRESSES]
            for heartbeat in heartbeats:
                wait_until(lambda: heartbeat.has_answer(0), "the first answer", 5)
            began = time.monotonic()
            yield
            ended = time.monotonic()
            for heartbeat in heartbeats:
                wait_until(lambda: heartbeat.has_answer(ended + 0.2), f"answers after {what}", 10)
            gaps = [heartbeat.longest_gap_s(began) for heartbeat in heartbeats]
        print(f"{what}: nothing for {gaps[0] * 1000:.0f} ms (IPv4), {gaps[1] * 1000:.0f} ms (IPv6)")
        self.assertLess(max(gaps), MOST_GAP_S)

    def _connections(self, port):
        """One to each address, and what was exchanged over it has arrived."""
        pairs = []
        for address in ADDRESSES:
            with listen(self.server, (address, port)) as listener:
                client = self.enterContext(connect(self.client, (address, port)))
                pairs.append((client, self.enterContext(accepted(listener))))
            exchange_over(*pairs[-1], 10_000)
        return pairs

    def _carrier_changes(self):
        def of(space, device):
            statistics = space.run("ip", "-s", "-s", "-json", "link", "show", device).stdout
            return json.loads(statistics)[0]["stats64"]["tx"]["carrier_changes"]

        ends = [(self.lab.box, "out0"), (self.lab.box, "in0"), (self.server, "eth0")]
        return [of(space, device) for space, device in ends]

    def _programs(self):
        return [program_id(self.lab.box, device) for device in PORTS]

    def _says_nothing(self, connection):
        connection.settimeout(0.5)
        connection.send(b"still there?")
        with self.assertRaises(TimeoutError):
            connection.recv(1)

    def _is_reset(self, connection):
        connection.settimeout(0.1)
        try:
            connection.send(b"still there?")
            connection.recv(1)
        except (ConnectionResetError, BrokenPipeError):
            return True
        except TimeoutError:
            pass
        return False

    def _load(self, seconds):
        """A fast stream through a port that is no service; call the result for its bytes."""
        server = self.server.start("iperf3", "--server", "--one-off")
        wait_until(lambda: str(IPERF_PORT) in self.server.run("ss", "-Hltn").stdout, "iperf3", 5)
        client = self.client.start("iperf3", "--client", SERVER, "--time", str(seconds), "--json")

        def received():
            self.assertEqual(client.wait(seconds + 20), 0, client.output())
            server.wait(5)
            return json.loads(client.output())["end"]["sum_received"]["bytes"]

        return received

    def test_killed(self):
        self.assertTrue(self._served())
        spliced, bridged = self._connections(GUARDED), self._connections(UNGUARDED)
        received = self._load(3)
        with self._gap("kill -9"):
            self.appliance.kill()
        self.assertGreater(received(), 1 << 20)
        self.client.run("ip", "neigh", "flush", "dev", "eth0")
        self.assertTrue(self._served(), "new connections, to hosts that have to be asked for")
        for client, server in bridged:
            exchange_over(client, server, 10_000)
        for client, _ in spliced:
            self._says_nothing(client)
        self._forget_ids()
        self._take_over()
        for client, server in bridged:
            exchange_over(client, server, 10_000)
        for client, _ in spliced:
            wait_until(lambda client=client: self._is_reset(client), "a reset", 5)
        self.assertEqual(self.events()["flows_spliced"], 2)

    def _forget_ids(self):
        """As if it had been killed before it could note the ids of its programs."""
        space = self.lab.box.run("stat", "-Lc", "%i", "/proc/self/ns/net").stdout.strip()
        for device in PORTS:
            link = json.loads(self.lab.box.run("ip", "-json", "link", "show", device).stdout)[0]
            lock = pathlib.Path(f"/run/synsplice/{space}-{link['ifindex']}.lock")
            process, program, boot = lock.read_text(encoding="ascii").split()
            self.assertEqual(int(program), program_id(self.lab.box, device))
            lock.write_text(f"{process} {PENDING} {boot}\n", encoding="ascii")

    def _take_over(self):
        before = self._carrier_changes()
        with self._gap("the next start"):
            self._start()
        self.assertEqual(self._carrier_changes(), before, "the link was lost")
        self.assertEqual(self.appliance.process.output().count("has taken over the wire"), 2)
        self.assertTrue(self._served())

    def test_ended(self):
        log = self.appliance.process
        with self._gap("SIGTERM"):
            self.appliance.stop()
        for when in ("on exit it leaves", "it leaves"):
            self.assertIn(f"synsplice: {when} a wire between out0 and in0", log.output())
        self.assertTrue(self._served())
        self._check_tells_it()
        self._fail_to_start()
        for host in (self.client, self.server):
            tag_host(self.lab, host, 5)
        self.assertTrue(self._served(), "in a VLAN")
        for device in PORTS:
            self.lab.box.run("ip", "link", "set", "dev", device, "xdp", "off")
        self.assertFalse(self._served(timeout_s=0.3))

    def _check_tells_it(self):
        config_file = f"{self.lab.directory}/synsplice.yaml"
        result = self.lab.box.run(SYNSPLICECTL, "check", "--system", config_file)
        text = " ".join(result.stdout.split())
        self.assertEqual(text.count("a wire that the start takes over"), len(PORTS), text)

    def _fail_to_start(self):
        """A start that fails leaves what it found: before it touches a port, and behind that."""
        config_file = write_configuration(self.lab, self.services)
        for attempt in range(2):
            with contextlib.closing(occupy(self.lab.box, PORTS[attempt])):
                result = self.lab.box.run(PROGRAM, "--config", config_file, check=False)
            self.assertEqual(result.returncode, 1)
            self.assertIn("it refuses a receive queue", result.stderr)
            self.assertTrue(self._served(), f"after a start that fails at {PORTS[attempt]}")

    def test_blocked(self):
        self.appliance.stop()
        self._start(on_exit="block")
        self.assertTrue(self._served())
        off = self.lab.box.run("ip", "link", "set", "dev", "out0", "xdp", "off", check=False)
        self.assertNotEqual(off.returncode, 0)
        self.appliance.kill()
        self._is_shut()
        self._start(on_exit="block")
        self.assertTrue(self._served())
        self.appliance.stop()
        self.assertIn("synsplice: it leaves a shut link", self.appliance.process.output())
        self._is_shut()

    def _is_shut(self):
        self.assertEqual(self._programs(), [None, None])
        self.assertFalse(self._served(timeout_s=0.3))


if __name__ == "__main__":
    main()
