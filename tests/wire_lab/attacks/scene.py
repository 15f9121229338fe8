"""The server that is attacked, and what protects it."""

import contextlib
import json
import pathlib
import re
import resource

import yaml

from wire_lab.appliance import AF_XDP, MOST_WORKERS
from wire_lab.flood import CARPET
from wire_lab.handshakes import take_addresses
from wire_lab.http import Nginx
from wire_lab.lab import Lab

# Of nginx, whose 4096 connections are what connection floods fill, and of those who hold them.
DESCRIPTORS = 16_384

@contextlib.contextmanager
def scene(payload_bytes=1):
    """A lab with a web server that has nothing but its queue against floods."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = DESCRIPTORS if most == resource.RLIM_INFINITY else min(DESCRIPTORS, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (enough, most))
    with Lab() as lab:
        lab.server.sysctl("net.ipv4.tcp_syncookies", 0)
        # The last part of a SYN queue is kept for clients the server remembers: nobody, here.
        lab.server.run("ip", "tcp_metrics", "flush", "all")
        take_addresses(lab.server, f"{CARPET}/28")
        yield lab, Nginx(lab, lab.server, payload_bytes=payload_bytes)


class _Loader(yaml.SafeLoader):
    """Words are words, also on and off: true and false are what synsplice takes for truth."""

    yaml_implicit_resolvers = {
        first: [(tag, words) for tag, words in resolvers if not tag.endswith(":bool")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), "tf")


def read_configuration(path):
    """As written; raises ValueError when it is no configuration."""
    try:
        config = yaml.load(pathlib.Path(path).read_text(encoding="utf-8"), _Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ValueError(f"{path}: {error}") from error
    if not _is_shaped(config):
        raise ValueError(f"{path}: is no configuration; synsplicectl check tells why")
    return config


def _is_shaped(config):
    """As far as this file looks into it."""
    return (isinstance(config, dict)
            and all(isinstance(config.get(name) or {}, dict) for name in ("cookie", "memory"))
            and isinstance(config.get("workers", 1), int)
            and isinstance(config.get("services") or [], list)
            and all(isinstance(service, dict) and isinstance(service.get("listen"), list)
                    for service in config.get("services") or []))


def listens(config, endpoint):
    """Whether one of the services has this address:port."""
    return any(endpoint in service["listen"] for service in config.get("services") or [])


def configuration_for(lab, config):
    """The file with everything that is not of this machine: ports, files and sockets are the lab's,
    policy stays. Returns its path, the API's socket and the file of the events."""
    directory = pathlib.Path(lab.directory)
    file, api, events = (directory / name for name in ("played.yaml", "api.sock", "events.json"))
    secretless = {key: value for key, value in (config.get("cookie") or {}).items()
                  if key != "secret_file"}
    memory = {**(config.get("memory") or {}), "huge_pages": False}
    outside, inside = ({"device": device} for device in AF_XDP)
    file.write_text(json.dumps({
        **config, "ports": {"outside": outside, "inside": inside}, "cookie": secretless,
        "memory": memory, "workers": min(config.get("workers", 1), MOST_WORKERS),
        "admin": {"socket": str(api)}, "events": {"file": str(events)}}))
    return file, str(api), events
