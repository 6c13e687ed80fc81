"""Tells apart for a day where requests come from, without keeping it: marks that nobody can read back."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from datetime import date

from archive.models import today


class Marks:
    """Makes marks of addresses and sessions: HMAC-SHA-256 under a salt that is drawn each day and only in memory."""

    def __init__(self) -> None:
        self._salt, self._day = b"", date.min

    def turn(self) -> bool:
        """Draw a new salt when the day is over; whether that was so, and all earlier marks are worth nothing."""
        if self._day == today():
            return False
        self._salt, self._day = secrets.token_bytes(32), today()
        return True

    def of(self, what: str) -> bytes:
        """The mark of a text, the same until the day is over."""
        return hmac.digest(self._salt, what.encode(), hashlib.sha256)


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
