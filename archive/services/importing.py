"""What the archive knows already of a bag that is brought to it: taken back, destroyed, or here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import select

from archive.models import File, Item, ItemState
from archive.models.errors import BadInputError, ConflictError
from archive.services.contribute import GIVE_ANEW, WITHDRAWN_BEFORE
from archive.services.opening import Archive

ALREADY_HERE = "already-here"
AT_ONCE = 500


def refuse_withdrawn_item(archive: Archive, item_id: str) -> None:
    """ConflictError (`bag-withdrawn`) when an item of that id was taken back here, or destroyed."""
    with archive.db.read() as session:
        state = session.scalars(select(Item.state).where(Item.id == item_id)).first()
    if archive.withdrawals.is_withdrawn(item_id) or state == ItemState.WITHDRAWN:
        raise _withdrawn()


def refuse_withdrawn_files(archive: Archive, sha512s: Collection[str]) -> None:
    """Refuse files (SHA-512 in hex) that were taken back here.

    BadInputError (`withdrawn-before`) when one was destroyed, ConflictError (`bag-withdrawn`) when one is of an item
    that was withdrawn and of no other.
    """
    if archive.withdrawals.destroyed(sha512s):
        raise BadInputError(WITHDRAWN_BEFORE, code="withdrawn-before", remedy=GIVE_ANEW)
    withdrawn: set[str] = set()
    standing: set[str] = set()
    with archive.db.read() as session:
        for some in _batches(sorted(sha512s)):
            query = select(File.sha512, Item.state).join(Item).where(File.sha512.in_(some))
            for sha512, state in session.execute(query):
                (withdrawn if state == ItemState.WITHDRAWN else standing).add(sha512)
    # What was put together in another way lives on in the items that it became.
    if withdrawn - standing:
        raise _withdrawn()


def refuse_item_that_is_here(archive: Archive, item_id: str, sha512s: Collection[str]) -> None:
    """ConflictError when an item of that id is here: `already-here` with the same files, `bag-item-here` with others."""
    with archive.db.read() as session:
        if session.get(Item, item_id) is None:
            return
        here = sorted(session.scalars(select(File.sha512).where(File.item_id == item_id)))
    if here == sorted(sha512s):
        raise ConflictError(
            "The item of this bag is here already, with the same files.", code=ALREADY_HERE, remedy="Nothing."
        )
    raise ConflictError(
        "The item of this bag is here already, with other files.",
        code="bag-item-here",
        remedy="Compare the two; what is new in the bag can be given as an item of its own.",
    )


def _withdrawn() -> ConflictError:
    return ConflictError(
        "It was taken back here by whoever gave it; a bag does not bring it again.",
        code="bag-withdrawn",
        remedy="Whoever gave it decides. An archivist can show it again where they wish so.",
    )


def _batches(sha512s: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(sha512s), AT_ONCE):
        yield sha512s[start : start + AT_ONCE]
