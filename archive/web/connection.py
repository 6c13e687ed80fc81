"""The body of a request, straight from the connection: what a server's own layers cost would be most of the time.

Gunicorn hands every block through three buffers, which takes more of the processor than hashing it. Where the body
has a length and gunicorn's reader is as we know it, the socket is read into one buffer instead; else, and under every
other server, the body is read as WSGI says.
"""

from __future__ import annotations

import socket
import ssl
import struct
import sys
from collections.abc import Iterator
from typing import IO, Any

from flask import Request
from werkzeug.exceptions import ClientDisconnected

# What is read at once: of a connection that breaks, no more than that is lost.
BLOCK = 512 * 1024
# How long a connection may be silent in the middle of a file before its thread is needed elsewhere.
SILENCE_S = 60

Block = bytes | memoryview


class CutError(Exception):
    """The connection broke before everything that was announced had come."""


def body(request: Request) -> Iterator[Block]:
    """The body in blocks, each good until the next is asked for; CutError when it breaks off.

    No limit holds here: whoever reads measures.
    """
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        _wait_no_longer_than(connection, SILENCE_S)
    left = length = request.content_length
    blocks = _straight(request, length) if length is not None else None
    for block in blocks or _by_wsgi(request):
        if left is not None:
            left -= len(block)
        yield block
        if left == 0:
            return
    if left:
        raise CutError


def _wait_no_longer_than(connection: socket.socket, seconds: int) -> None:
    # By the kernel: a timeout of Python's would wake up for every few kilobytes.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", seconds, 0))


def _straight(request: Request, length: int) -> Iterator[Block] | None:
    """Blocks from gunicorn's socket; None where its reader is another than we know."""
    connection = request.environ.get("gunicorn.socket")
    reader = getattr(request.environ["wsgi.input"], "reader", None)
    buffered = getattr(getattr(reader, "unreader", None), "take_buffered", None)
    if (
        connection is None
        or isinstance(connection, ssl.SSLSocket)
        or buffered is None
        or getattr(reader, "length", None) != length
    ):
        return None
    return _receive(connection, reader, buffered())


def _receive(connection: socket.socket, reader: Any, ahead: bytes) -> Iterator[Block]:
    if len(ahead) > reader.length:
        # The beginning of the next request is not ours.
        reader.unreader.unread(ahead[reader.length :])
        ahead = ahead[: reader.length]
    if ahead:
        # Gunicorn drains what it believes is left, so it is told.
        reader.length -= len(ahead)
        yield ahead
    buffer = memoryview(bytearray(BLOCK))
    while reader.length:
        try:
            received = connection.recv_into(buffer, min(BLOCK, reader.length), socket.MSG_WAITALL)
        except OSError as error:
            raise CutError from error
        if not received:
            raise CutError
        reader.length -= received
        yield buffer[:received]


def _by_wsgi(request: Request) -> Iterator[Block]:
    request.max_content_length = sys.maxsize
    ends_by_itself = request.environ.get("wsgi.input_terminated", False)
    stream = request.environ["wsgi.input"] if ends_by_itself else request.stream
    while block := _read(stream):
        yield block


def _read(stream: IO[bytes]) -> bytes:
    try:
        return stream.read(BLOCK)
    except (OSError, ClientDisconnected) as error:
        raise CutError from error
    except Exception as error:
        # The server's own errors for a body that is no HTTP: it is cut, or nonsense.
        if type(error).__module__.startswith("gunicorn."):
            raise CutError from error
        raise
