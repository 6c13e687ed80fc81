"""Says of an item again what an earlier revision said; where that was taken out of its files since, it is asked first."""

from __future__ import annotations

from sqlalchemy import select

from archive.access import Actor
from archive.models import Revision
from archive.models.errors import ConflictError, NotFoundError
from archive.services.answers import DATE, Trouble
from archive.services.kept import asked_of, renamed, spoken_in
from archive.services.meanings import readings_of
from archive.services.opening import Archive
from archive.services.revisions import change, for_describing, said_of
from archive.services.taken_out import TAKEN_OUT


def restore(
    archive: Archive,
    actor: Actor,
    item_id: str,
    number: int,
    seen: str,
    language: str,
    *,
    anyway: bool = False,
) -> dict[str, Trouble]:
    """Say again what a revision said, as a revision of its own; a draft of whoever does it stays.

    It may have been made in another collection: what this one calls otherwise is said under its name here, and what
    the revision does not speak of stays as it is. Returns, as `change`, the fields in which it says what was taken out
    of the files since; then nothing is changed.
    """
    with archive.db.read() as session:
        item = for_describing(session, actor, item_id)
        query = select(Revision).where(Revision.item_id == item_id, Revision.number == number)
        kept = session.scalars(query).first()
        if kept is None:
            raise NotFoundError("There is no such revision.")
        fields = asked_of(archive.profiles, item, spoken_in(kept.said)).fields
        now, then = said_of(item, fields), renamed(archive.profiles, kept.said, fields)
        said = {name: then.get(name, text) for name, text in now.items()}
    readings = readings_of(kept.said.get(DATE, ""), kept.meant)
    troubles = change(archive, actor, item_id, said, readings, language, seen, anyway=anyway)
    if any(one.code != TAKEN_OUT for one in troubles.values()):
        raise ConflictError(
            "This revision does not fit the fields of the collection any more.", code="revision-does-not-fit"
        )
    return troubles
