"""Says of an item again what an earlier revision said; where that was taken out of its files since, it is asked first.

A revision may be of an item in whose place it stands, since files were put together in another way.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor, can
from archive.models import Item, Replacement, Revision, Right
from archive.models.errors import ConflictError, NotFoundError
from archive.services.answers import DATE, Trouble
from archive.services.kept import asked_of, renamed, spoken_in
from archive.services.meanings import readings_of
from archive.services.opening import Archive
from archive.services.replaced import in_its_place
from archive.services.revisions import change, for_describing, for_reading, mark_now, said_of
from archive.services.taken_out import TAKEN_OUT

NO_SUCH_REVISION = "There is no such revision."
TITLE = "title"
# What is no words of one item: what it belongs with was made over when it was split, and nobody gave rights for the rest.
STAYS = frozenset({"rights", "relation", "parts"})


@dataclass(frozen=True)
class Place:
    """An item that stands in the place of an earlier one; `mark` is of what is said of it now."""

    id: str
    title: str
    mark: str


def places(archive: Archive, actor: Actor, item_id: str) -> tuple[Place, ...]:
    """The items in the place of one, in order, of which `actor` may say again what was said of it."""
    ids = in_its_place(archive, actor, item_id)
    with archive.db.read() as session:
        rows = [session.get_one(Item, one) for one in ids]
        own = [row for row in rows if can(actor, Right.REVIEW, row)]
        return tuple(Place(row.id, row.title, mark_now(archive.profiles, row)) for row in own)


def restore(
    archive: Archive,
    actor: Actor,
    item_id: str,
    number: int,
    seen: str,
    language: str,
    *,
    of: str = "",
    anyway: bool = False,
) -> dict[str, Trouble]:
    """Say again what a revision said, as a revision of its own; a draft of whoever does it stays.

    It may have been made in another collection: what this one calls otherwise is said under its name here, and what
    the revision does not speak of stays as it is. Returns, as `change`, the fields in which it says what was taken out
    of the files since; then nothing is changed.

    With `of` the revision is one of an earlier item, in whose place this one stands: the words of its fields are said
    again, `STAYS` stays, and so does the title where others stand there too. It is asked about what was taken out of any
    file that was that item's.
    """
    together = in_its_place(archive, actor, of) if of else ()
    if of and item_id not in together:
        raise NotFoundError(NO_SUCH_REVISION)
    # By their titles the parts are told apart: that of the whole is what another one of them is called.
    own_title = {TITLE} if len(together) > 1 else frozenset[str]()
    with archive.db.read() as session:
        item = for_describing(session, actor, item_id)
        around = _made_of(session, for_reading(session, actor, of)) if of else ()
        query = select(Revision).where(Revision.item_id == (of or item_id), Revision.number == number)
        kept = session.scalars(query).first()
        if kept is None:
            raise NotFoundError(NO_SUCH_REVISION)
        fields = asked_of(archive.profiles, item, spoken_in(kept.said)).fields
        now, then = said_of(item, fields), renamed(archive.profiles, kept.said, fields)
        words = {one.name for one in fields if not (of and one.kind in STAYS)} - own_title
        said = {name: then.get(name, text) if name in words else text for name, text in now.items()}
    readings = readings_of(kept.said.get(DATE, ""), kept.meant)
    troubles = change(archive, actor, item_id, said, readings, language, seen, anyway=anyway, around=around)
    if any(one.code != TAKEN_OUT for one in troubles.values()):
        raise ConflictError(
            "This revision does not fit the fields of the collection any more.", code="revision-does-not-fit"
        )
    return troubles


def _made_of(session: Session, old: Item) -> tuple[str, ...]:
    """An item and all that were made of it, also of those, by id."""
    found, looked_at = [old.id], 0
    while looked_at < len(found):
        query = select(Replacement.new_id).where(Replacement.old_id == found[looked_at])
        found += [one for one in session.scalars(query) if one not in found]
        looked_at += 1
    return tuple(found)
