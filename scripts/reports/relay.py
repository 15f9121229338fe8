#!/usr/bin/python3
"""Hands connections to a port of this machine on to a Unix socket: relay.py SOCKET.

Prints the port, which the system chooses, and runs until it is ended. Everybody on this machine can
connect: run it as a user who may not do more at the socket than everybody should.
"""

import asyncio
import contextlib
import sys


async def _copy(reader, writer):
    """To the end of what comes, then the same is told on."""
    with contextlib.suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
        writer.write_eof()


async def _serve(path, reader, writer):
    try:
        there_reader, there_writer = await asyncio.open_unix_connection(path)
    except OSError:
        writer.close()
        return
    await asyncio.gather(_copy(reader, there_writer), _copy(there_reader, writer))
    there_writer.close()
    writer.close()


async def main(path):
    server = await asyncio.start_server(lambda *ends: _serve(path, *ends), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(sys.argv[1]))
