"""The attack library: what tests, scripts/attack and users play against a server.

    library.py        every attack by its name: what it is, at what rate, which counters tell it
    real_sources.py   attackers with addresses of their own: open and hold, replayed cookies
    scene.py          the server that is attacked, and a configuration as the lab needs it
    views.py          what arrives at the server, what synsplice counts

Floods from false sources are files of conf/trafgen; handshakes in bulk are wire_lab/handshakes.py.
"""
