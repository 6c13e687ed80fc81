"""As many sandboxes as there are workers, so that all cores are used."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Self

from ingest.sandbox.parent import Sandbox


class SandboxPool:
    """`size` sandboxes that are lent to one caller each; a child starts when it is first needed."""

    def __init__(
        self, size: int, scratch_in: Path | None = None, may_read: tuple[Path, ...] | None = None
    ) -> None:
        self._all = tuple(Sandbox(scratch_in, may_read) for _ in range(size))
        self._free: SimpleQueue[Sandbox] = SimpleQueue()
        for sandbox in self._all:
            self._free.put(sandbox)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def lend(self) -> Iterator[Sandbox]:
        """Give the caller a sandbox of its own for the length of a `with`; waits while all are lent.

        Nothing of what was made in it stays.
        """
        sandbox = self._free.get()
        try:
            yield sandbox
        finally:
            with contextlib.suppress(OSError):
                sandbox.forget()
            self._free.put(sandbox)

    def give_up(self) -> None:
        """Have every answer that is waited for given up; see `Sandbox.give_up`."""
        for sandbox in self._all:
            sandbox.give_up()

    def close(self) -> None:
        """End every child."""
        for sandbox in self._all:
            sandbox.close()
