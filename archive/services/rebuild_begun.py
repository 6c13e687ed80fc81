"""Begins a rebuild, and ends it once nothing is left out any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from archive.models import Item, ItemState
from archive.models.errors import ConflictError
from archive.services import rebuild_arrived, rebuild_mark
from archive.services.opening import Archive, exclusively_or_not
from archive.services.rebuild import LEFT_OUT, LOCK, Brought
from archive.services.rebuild_mark import Mark
from archive.services.rebuild_store import lies_in, must_be_folder, whole


@contextmanager
def rebuilding(archive: Archive, source: Path | None = None) -> Iterator[int]:
    """Begin to make the database again, or go on, until `settle` is told that nothing is left out any more.

    Gives how many pieces had arrived that no row speaks of, which are kept (`rebuild_arrived`).
    ConflictError (`rebuild-under-way`) when another process is at it, (`rebuild-not-empty`) when the database knows
    things already that no rebuild brought; BadInputError (`no-such-path`) when `source` is no folder.
    """
    must_be_folder(source)
    with exclusively_or_not(archive.settings.run / LOCK) as mine:
        if not mine:
            raise ConflictError("Another process makes this database again.", code="rebuild-under-way")
        if not rebuild_mark.is_there(archive.settings):
            with archive.db.read() as session:
                known = session.scalar(select(Item.id).where(Item.state != ItemState.DRAFT).limit(1))
            if known is not None:
                raise ConflictError(
                    "This database knows things already.",
                    code="rebuild-not-empty",
                    remedy="`remembrance rebuild --check` compares it with the bags. To make it again, move it away first.",
                )
        rebuild_mark.begin(archive.settings, whole(source))
        yield rebuild_arrived.set_aside(archive)


def settle(archive: Archive, source: Path | None, brought: Brought) -> None:
    """Say that a run has ended: it was the last one, or what it left out is written down with where it lies."""
    if not brought.refused:
        rebuild_mark.remove(archive.settings)
        return
    given = whole(source)
    before = rebuild_mark.read(archive.settings) or Mark()
    left_out = {}
    for one in brought.refused:
        if one.code != LEFT_OUT:
            is_there = given is not None and lies_in(given, one.name)
            left_out[one.name] = rebuild_mark.named(given if is_there else None)
        elif one.name in before.left_out:
            left_out[one.name] = before.left_out[one.name]
    is_undone = given is None and bool(before.under_way)
    rebuild_mark.write(archive.settings, Mark(before.under_way if is_undone else None, left_out))
