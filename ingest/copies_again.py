"""Makes the copies that people look at again from the originals in bags, after the database was made again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from archive.models import File, FileState, Item, ItemState
from archive.models.errors import ArchiveError
from archive.services import rebuild
from archive.services.opening import Archive
from archive.services.rebuild import Refused
from ingest.item_parcel import Tools
from ingest.pipeline import accession_item, examine_one


def make_copies_again(archive: Archive, progress: Callable[[str, int, int], None]) -> list[Refused]:
    """Look at every file again whose item waits for it; returns the items that still do, with the reason.

    One that cannot be read now does not stop the others, and is looked at by the next call.
    """
    waiting = rebuild.unfinished(archive)
    tools = Tools(archive)
    refused: list[Refused] = []
    try:
        with ThreadPoolExecutor(archive.settings.concurrency) as pool:
            done = pool.map(lambda item_id: make_copies_of(tools, item_id), waiting)
            for count, why in enumerate(done, start=1):
                refused += [why] if why else []
                progress("copies", count, len(waiting))
    finally:
        tools.close()
    return refused


def make_copies_of(tools: Tools, item_id: str) -> Refused | None:
    """Look at every file of one item again that waits for it, and count it as kept; the reason where it still waits."""
    archive = tools.archive
    query = select(File).join(Item, Item.id == File.item_id).where(File.item_id == item_id)
    # Of what was taken back there are no copies.
    query = query.where(File.state == FileState.RECEIVED, Item.state != ItemState.WITHDRAWN)
    try:
        with archive.db.read() as session:
            files = session.scalars(query.order_by(File.position)).all()
            state = session.scalar(select(Item.state).where(Item.id == item_id))
        for file in files:
            examine_one(tools, file)
        if state == ItemState.RECEIVED:
            # Its bag was kept, and nobody had been told yet: it goes on as it would have.
            accession_item(tools, item_id)
        else:
            rebuild.finish(archive, item_id)
    except ArchiveError as error:
        return Refused(item_id, error.code, str(error))
    except OSError as error:
        return Refused(item_id, "bag-unreadable", f"It cannot be read: {error.strerror or error}.")
    return None
