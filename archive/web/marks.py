"""Tells apart for a day where requests come from, without keeping it: marks that nobody can read back."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import mmap
import secrets
import struct

from archive.models import today

# The day (from 1, as `date.toordinal`; 0 before the first) and its salt.
_SALT = struct.Struct("<q32s")


class Marks:
    """Makes marks of addresses and sessions: HMAC-SHA-256 under a salt that is drawn each day and only in memory.

    The salt is in `memory`, of which it takes the first `SIZE` bytes, so that several processes may share it; each asks
    while the others do not.
    """

    SIZE = _SALT.size

    def __init__(self, memory: bytearray | mmap.mmap | None = None) -> None:
        self._memory = bytearray(self.SIZE) if memory is None else memory

    def turn(self) -> bool:
        """Draw a new salt when the day is over; whether that was so, and all earlier marks are worth nothing."""
        day = today().toordinal()
        if _SALT.unpack_from(self._memory)[0] == day:
            return False
        _SALT.pack_into(self._memory, 0, day, secrets.token_bytes(32))
        return True

    def of(self, what: str) -> bytes:
        """The mark of a text, the same until the day is over."""
        return hmac.digest(_SALT.unpack_from(self._memory)[1], what.encode(), hashlib.sha256)


def network(address: str) -> str:
    """What stands for one connection to the network; "" for this machine itself.

    Visitors by Tor, or by a proxy on this machine that is not trusted, all come from the machine itself.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    # As a server that listens to both kinds writes an address of the older kind.
    found = (found.ipv4_mapped if found.version == 6 else None) or found
    if found.is_loopback:
        return ""
    # A household gets a whole network of IPv6 addresses.
    return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)
