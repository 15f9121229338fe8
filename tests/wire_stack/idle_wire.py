#!/usr/bin/python3
"""`idle: adaptive` leaves its core to others while nothing comes, and that costs no frame."""

import time

from wire_test import WireTest, main
from wire_lab.appliance import Synsplice, write_configuration
from wire_lab.connections import one_after_another
from wire_lab.http import Nginx
from wire_lab.lab import SERVER
from wire_lab.process import cpu_seconds

WATCHED_S = 2
CONNECTIONS = 200
PINGS, INTERVAL_S = 300, 0.003


def _cpu_seconds_idle(appliance):
    pid = appliance.process.pid
    before = cpu_seconds(pid)
    time.sleep(WATCHED_S)
    return cpu_seconds(pid) - before


class Adaptive(WireTest):
    def prepare(self):
        Nginx(self.lab, self.server)

    def test_takes_a_fraction_of_the_time_that_polling_takes(self):
        adaptive = _cpu_seconds_idle(self.appliance)
        self.appliance.stop()
        polling = write_configuration(self.lab, self.services, idle="poll")
        with Synsplice(self.lab, polling) as appliance:
            poll = _cpu_seconds_idle(appliance)
        print(f"CPU seconds of {WATCHED_S}: adaptive {adaptive}, poll {poll}")
        self.assertLess(adaptive, 0.5 * poll)

    def test_connections_that_find_it_asleep(self):
        connections = one_after_another(self.client, (SERVER, 80), CONNECTIONS, 20, timeout_s=3)
        self.assertEqual((connections.attempts, connections.success), (CONNECTIONS, 1.0))

    def test_no_frame_is_lost(self):
        ping = self.client.run("ping", "-q", "-c", str(PINGS), "-i", str(INTERVAL_S), SERVER)
        self.assertIn(f"{PINGS} received, 0% packet loss", ping.stdout)


class TwoWorkers(Adaptive):
    """Frames that one hands over find the other asleep."""

    sections = {"workers": 2}
    test_takes_a_fraction_of_the_time_that_polling_takes = None


if __name__ == "__main__":
    main()
