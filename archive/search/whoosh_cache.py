"""A bounded memory of postings that were read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any


class Cache:
    """Keeps the arrays used last, up to a number of bytes in all; safe from many threads."""

    def __init__(self, most_bytes: int = 24 * 1024 * 1024) -> None:
        self._most = most_bytes
        self._held = 0
        self._found: OrderedDict[tuple[str, ...], tuple[Any, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...], read: Callable[[], tuple[Any, Any]]) -> tuple[Any, Any]:
        """The pair of arrays under a key, read when it is not held any more."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        pair = read()
        with self._lock:
            if key not in self._found:
                self._found[key] = pair
                self._held += _size(key, pair)
                while self._held > self._most:
                    self._held -= _size(*self._found.popitem(last=False))
        return pair


def _size(key: tuple[str, ...], pair: tuple[Any, Any]) -> int:
    return 500 + sum(map(len, key)) + int(pair[0].nbytes) + int(pair[1].nbytes)
