"""Messages between the sandbox and its child: four bytes of length (big endian), then JSON in ASCII."""

from __future__ import annotations

import json
import struct
from typing import Any

HEADER = struct.Struct(">I")


def pack(message: dict[str, Any]) -> bytes:
    """Return the bytes of one message; names that are not UTF-8 pass as lone surrogates."""
    body = json.dumps(message).encode("ascii")
    return HEADER.pack(len(body)) + body


class Unpacker:
    """Collects bytes as they come and gives out whole messages; refuses one longer than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.buffer = bytearray()

    @property
    def too_long(self) -> bool:
        """True when the message that is arriving announces more than the limit."""
        return len(self.buffer) >= HEADER.size and HEADER.unpack_from(self.buffer)[0] > self.limit

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """Add bytes; return the messages that are now whole, in order."""
        self.buffer += data
        messages = []
        while len(self.buffer) >= HEADER.size and not self.too_long:
            end = HEADER.size + HEADER.unpack_from(self.buffer)[0]
            if len(self.buffer) < end:
                break
            messages.append(json.loads(bytes(self.buffer[HEADER.size : end])))
            del self.buffer[:end]
        return messages
