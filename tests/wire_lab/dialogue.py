"""Plain TCP: servers in threads, and transfers checked byte by byte."""

import concurrent.futures
import contextlib
import hashlib
import queue
import random
import socket
import threading

PIECE = 1 << 16


def family_of(address):
    return socket.AF_INET6 if ":" in address[0] else socket.AF_INET


def listen(space, address):
    """A socket of `space` that listens on (host, port)."""
    listener = space.socket(family_of(address))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    listener.listen(1024)
    return listener


class TcpServer:
    """Runs `serve(connection)` in a thread of its own for every connection to (host, port)."""

    def __init__(self, space, address, serve, control=None):
        self._serve = serve
        self._socket = listen(space, address)
        if control:  # of congestion; accepted connections inherit it
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, control.encode())

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection):
        with connection, contextlib.suppress(OSError):
            self._serve(connection)


def accepted(listener, timeout_s=5):
    """The socket of the next connection."""
    listener.settimeout(timeout_s)
    connection, _ = listener.accept()
    connection.settimeout(timeout_s)
    return connection


def connect(space, address, timeout_s=5, source=None):
    """A connected socket of `space`; `source` is a local address."""
    connection = space.socket(family_of(address))
    connection.settimeout(timeout_s)
    try:
        if source:
            connection.bind((source, 0))
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def receive_all(connection):
    """Everything until the peer's FIN."""
    pieces = []
    while piece := connection.recv(PIECE):
        pieces.append(piece)
    return b"".join(pieces)


def echo_until_end(connection):
    """For TcpServer: the answer is the question, after the client's FIN."""
    connection.sendall(receive_all(connection))


def receive_exactly(connection, size):
    data = bytearray()
    while len(data) < size:
        piece = connection.recv(min(PIECE, size - len(data)))
        if not piece:
            raise EOFError(f"{len(data)} of {size} bytes before the peer's FIN")
        data += piece
    return bytes(data)


def _digest_until_end(connection):
    digest = hashlib.sha256()
    while piece := connection.recv(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def payload(size, seed):
    return random.Random(seed).randbytes(size)


def exchange(client, server, address, size, timeout_s=30):
    """Sends `size` bytes both ways at once over one connection; raises unless both arrive whole."""
    upload, download = payload(size, 1), payload(size, 2)
    arrived = queue.Queue()

    def serve(connection):
        sender = threading.Thread(target=_send_and_end, args=(connection, download))
        sender.start()
        arrived.put(_digest_until_end(connection))
        sender.join()

    with TcpServer(server, address, serve), connect(client, address, timeout_s) as connection:
        sender = threading.Thread(target=_send_and_end, args=(connection, upload))
        sender.start()
        received = _digest_until_end(connection)
        sender.join()
    _check("download", received, download)
    _check("upload", arrived.get(timeout=timeout_s), upload)


def exchange_over(client, server, size):
    """Sends `size` bytes both ways at once between two connected sockets, which stay connected;
    raises unless all arrive whole."""
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        upload, download = payload(size, 1), payload(size, 2)
        sent = [pool.submit(client.sendall, upload), pool.submit(server.sendall, download)]
        arrived = pool.submit(receive_exactly, server, size)
        if receive_exactly(client, size) != download or arrived.result() != upload:
            raise AssertionError("bytes changed on the way")
        for sending in sent:
            sending.result()


def send_over(sender, receiver, size, first_part, midway):
    """Sends `size` bytes between two connected sockets, which stay connected; calls `midway()` when
    `first_part` of them have arrived; raises unless all arrive whole."""
    data = payload(size, 1)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        sending = pool.submit(sender.sendall, data)
        arrived = receive_exactly(receiver, first_part)
        midway()
        arrived += receive_exactly(receiver, size - first_part)
        sending.result()
    if arrived != data:
        raise AssertionError("bytes changed on the way")


def _send_and_end(connection, data):
    connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)


def _check(direction, digest, data):
    if digest != hashlib.sha256(data).hexdigest():
        raise AssertionError(f"{direction} arrived with a wrong checksum")
