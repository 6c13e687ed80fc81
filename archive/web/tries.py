"""Wrong codes are counted, in memory alone: after many of them one has to wait, and learns nothing."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass, field

from flask import Flask, current_app, request

from archive.models.errors import TooOftenError

MOST = 20
WITHIN_S = 600.0
SALT_FOR_S = 86_400.0


@dataclass
class Tries:
    """When wrong codes came from where, for ten minutes; `where` is a keyed hash whose key changes every day.

    An address itself is never kept, and nothing of this is ever written down. Who comes through one door with
    many others, as with Tor, is counted with them: the limit is far above what a person mistypes.
    """

    _salt: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _salted_at: float = field(default_factory=time.monotonic)
    _wrong: dict[str, list[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def left(self, address: str) -> bool:
        """Whether another try is allowed."""
        with self._lock:
            return len(self._recent(self._where(address))) < MOST

    def wrong(self, address: str) -> None:
        """Count a wrong try."""
        with self._lock:
            where = self._where(address)
            self._wrong[where] = [*self._recent(where), time.monotonic()]

    def _recent(self, where: str) -> list[float]:
        since = time.monotonic() - WITHIN_S
        return [moment for moment in self._wrong.get(where, ()) if moment > since]

    def _where(self, address: str) -> str:
        if time.monotonic() - self._salted_at > SALT_FOR_S:
            self._salt, self._salted_at = secrets.token_bytes(32), time.monotonic()
            self._wrong.clear()
        return hmac.new(self._salt, address.encode(), hashlib.sha256).hexdigest()


def install(app: Flask) -> None:
    """Give `app` its count."""
    app.extensions["tries"] = Tries()


def tries_left() -> None:
    """TooOftenError (`too-many-tries`) when too many wrong codes came from where this request comes from."""
    if not _tries().left(request.remote_addr or ""):
        raise TooOftenError(
            "There were too many wrong codes.",
            code="too-many-tries",
            remedy="Wait ten minutes, then try again.",
        )


def wrong_try() -> None:
    """Count a wrong code."""
    _tries().wrong(request.remote_addr or "")


def _tries() -> Tries:
    tries: Tries = current_app.extensions["tries"]
    return tries
