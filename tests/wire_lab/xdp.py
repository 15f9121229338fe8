"""The BPF objects behind an interface's XDP program."""

import contextlib
import ctypes
import json
import mmap
import os
import socket
import struct

_bpf = ctypes.CDLL("libbpf.so.1", use_errno=True)
# struct bpf_prog_info: how many map ids there is room for, and where they are; bpf_map_info: name.
_MAP_COUNT, _MOST_MAPS, _INFO_SIZE = 52, 8, 64
_MAP_NAME = slice(24, 40)
_AF_XDP, _SOL_XDP = 44, 283
# Of linux/if_xdp.h; the rings: receive, fill, completion.
_XDP_UMEM_REG, _XDP_RINGS = 4, (2, 5, 6)


def program_id(space, device):
    """None: the device has no program."""
    link = json.loads(space.run("ip", "-json", "link", "show", device).stdout)[0]
    return link["xdp"]["prog"]["id"] if "xdp" in link else None


@contextlib.contextmanager
def _opened(descriptor):
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), "BPF object")
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _ask(descriptor, info):
    size = ctypes.c_uint32(_INFO_SIZE)
    if _bpf.bpf_obj_get_info_by_fd(descriptor, info, ctypes.byref(size)):
        raise OSError(ctypes.get_errno(), "information on a BPF object")


def _name(map_id):
    info = ctypes.create_string_buffer(_INFO_SIZE)
    with _opened(_bpf.bpf_map_get_fd_by_id(map_id)) as descriptor:
        _ask(descriptor, info)
    return info.raw[_MAP_NAME].rstrip(b"\0").decode()


def _map_of(program, name):
    """The id of the program's map."""
    ids = (ctypes.c_uint32 * _MOST_MAPS)()
    info = ctypes.create_string_buffer(_INFO_SIZE)
    struct.pack_into("=IQ", info, _MAP_COUNT, _MOST_MAPS, ctypes.addressof(ids))
    with _opened(_bpf.bpf_prog_get_fd_by_id(program)) as descriptor:
        _ask(descriptor, info)
    return next(map_id for map_id in ids if map_id and _name(map_id) == name)


def take_socket_away(space, device, queue=0):
    """The program stays, and its map has no AF_XDP socket for the queue any more."""
    sockets = _map_of(program_id(space, device), "xsks_map")
    with _opened(_bpf.bpf_map_get_fd_by_id(sockets)) as descriptor:
        if _bpf.bpf_map_delete_elem(descriptor, ctypes.byref(ctypes.c_uint32(queue))):
            raise OSError(ctypes.get_errno(), "the map's entry")


def occupy(space, device, queue=0):
    """An AF_XDP socket that has the queue until it is closed."""
    with space.entered():
        index = socket.if_nametoindex(device)
    holder = space.socket(_AF_XDP, socket.SOCK_RAW)
    memory = mmap.mmap(-1, 4096)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    umem = struct.pack("=QQIIII", address, len(memory), 4096, 0, 0, 0)
    holder.setsockopt(_SOL_XDP, _XDP_UMEM_REG, umem)
    for ring in _XDP_RINGS:
        holder.setsockopt(_SOL_XDP, ring, 64)
    where = struct.pack("=HHIII", _AF_XDP, 0, index, queue, 0)
    if _bpf.bind(holder.fileno(), where, len(where)):
        raise OSError(ctypes.get_errno(), "bind")
    return holder
