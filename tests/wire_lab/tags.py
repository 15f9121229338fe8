"""VLAN tags at the end hosts, by a BPF program on their device."""

import pathlib
import sysconfig

from wire_lab.process import run

_SOURCE = pathlib.Path(__file__).with_name("tag.bpf.c")
# A lab for tags has room for two of them beside full-size packets.
LAB_MTU = 1508
HOST_MTU = 1500


def _compile(lab, outer, inner):
    program = str(pathlib.Path(lab.directory) / f"tag-{outer}-{inner}.o")
    run(["clang", "-O2", "-target", "bpf", f"-DOUTER={outer}", f"-DINNER={inner}",
         f"-I/usr/include/{sysconfig.get_config_var('MULTIARCH')}",
         "-c", str(_SOURCE), "-o", program])
    return program


def _attach(space, direction, program, section):
    space.run("tc", "filter", "add", "dev", "eth0", direction, "bpf", "direct-action",
              "object-file", program, "section", section)


def tag_host(lab, space, outer, inner=0):
    """From now on `space` speaks and hears only frames with these VLAN ids."""
    program = _compile(lab, outer, inner)
    space.run("tc", "qdisc", "add", "dev", "eth0", "clsact")
    _attach(space, "egress", program, "push")
    _attach(space, "ingress", program, "pop")
    _limit_mtu(space)


def give_priority(lab, space):
    """From now on `space` sends with two tags of VID 0; its kernel peels them by itself."""
    space.run("tc", "qdisc", "add", "dev", "eth0", "clsact")
    _attach(space, "egress", _compile(lab, 0, 0), "prioritise")
    _limit_mtu(space)


def _limit_mtu(space):
    space.run("ip", "route", "change", "198.18.0.0/16", "dev", "eth0", "mtu", str(HOST_MTU))
    space.sysctl("net.ipv6.conf.eth0.mtu", HOST_MTU)
