"""The files of an item put in order: which comes first, what each is to the others, and what it is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import File, record_event
from archive.models.errors import ConflictError
from archive.services.arrangements import ARRANGE, ORIGINAL, Place, as_it_was, keep, mark_of, places_of
from archive.services.carrying_over import check_settled
from archive.services.lifecycle import STALE, agent_of, changing, touch
from archive.services.opening import Archive
from archive.services.redacting import make_anew
from archive.services.revisions import check_describing
from archive.services.standing_marks import ids_of, standing

ROLES = (ORIGINAL, "verso", "transcript", "machine-transcript", "captions", "translation")
LONGEST_TITLE = 1000
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def arrange(
    archive: Archive, actor: Actor, item_id: str, wanted: Sequence[Place], seen: str
) -> Mapping[str, str]:
    """Put the files of an item in this order and as each is said to be; returns by file why that cannot be.

    `seen` is the mark of what the person had before them: ConflictError (`stale-version`) when the files stand otherwise
    now, (`being-arranged`) while other items are made of this one. Every change is a revision, and in the item's record.
    """
    with changing(archive, item_id) as (session, item):
        check_describing(actor, item)
        check_settled(session, item)
        files = {file.id: file for file in item.files}
        stood = places_of(item.files)
        if seen != mark_of(stood) or sorted(one.file_id for one in wanted) != sorted(files):
            raise ConflictError(STALE, code="stale-version")
        troubles = _troubles(wanted)
        if troubles:
            return troubles
        before = _marks_on(session, files)
        changed = [one.file_id for place, one in enumerate(wanted) if _place(files[one.file_id], one, place)]
        if changed:
            keep(session, item, stood, places_of(item.files), actor)
            # Which files, not what they are called now: an event can never be taken back.
            record_event(session, item.id, ARRANGE, agent_of(actor), {"files": changed})
            touch(item)
            session.flush()
            after = _marks_on(session, files)
            # What is taken out of a recording is taken out of what has become its captions or its transcript.
            anew = [one for one in files if before[one] != after[one]]
            if anew:
                make_anew(archive, session, item, anew, f"arranged-{item.record_revision}")
        return {}


def restore(archive: Archive, actor: Actor, item_id: str, number: int, seen: str) -> None:
    """Put the files as they stood at a revision, as a revision of its own; ConflictError as `arrange`."""
    wanted = as_it_was(archive, actor, item_id, number)
    if arrange(archive, actor, item_id, wanted, seen):
        raise ConflictError("This revision does not fit the files any more.", code="revision-does-not-fit")


def _marks_on(session: Session, file_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    return {one: ids_of(standing(session, one)) for one in file_ids}


def as_title(typed: str) -> str:
    """A title on one line, without what PostgreSQL has no place for."""
    return " ".join(typed.replace("\0", "").split())


def _troubles(wanted: Sequence[Place]) -> dict[str, str]:
    heads = {one.file_id for one in wanted if one.role == ORIGINAL}
    found = {}
    for one in wanted:
        if one.role not in ROLES:
            found[one.file_id] = "no-such-role"
        elif one.role != ORIGINAL and not one.accompanies:
            found[one.file_id] = "of-which"
        elif one.role != ORIGINAL and (one.accompanies not in heads or one.accompanies == one.file_id):
            found[one.file_id] = "not-an-original"
        elif len(one.title) > LONGEST_TITLE:
            found[one.file_id] = "too-long"
        elif one.language and not _LANGUAGE.fullmatch(one.language):
            found[one.file_id] = "no-language"
    return found


def _place(file: File, wanted: Place, position: int) -> bool:
    """Make a file what it is wanted to be; False when it is that already."""
    accompanies = wanted.accompanies if wanted.role != ORIGINAL else None
    title = as_title(wanted.title)
    after = (position, title, wanted.role, accompanies, wanted.language)
    before = (file.position, file.title, file.role, file.accompanies_id, file.language)
    if after == before:
        return False
    file.position, file.title, file.role, file.accompanies_id, file.language = after
    return True
