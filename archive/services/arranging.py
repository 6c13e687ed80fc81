"""The files of an item put in order: which comes first, what each is to the others, and what it is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from archive.access import Actor, can, can_see
from archive.models import File, Item, Right, record_event
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from archive.plain_text import plain
from archive.services import desk_drafts
from archive.services.arrangements import (
    ARRANGE,
    ORIGINAL,
    Place,
    arranged,
    as_it_was,
    keep,
    mark_of,
    places_of,
)
from archive.services.carrying_over import check_settled
from archive.services.desk_drafts import Window
from archive.services.lifecycle import NO_SUCH_ITEM, STALE, agent_of, changing, touch
from archive.services.opening import Archive
from archive.services.redacting import make_anew
from archive.services.revisions import check_describing
from archive.services.standing_marks import ids_of, standing
from archive.services.taken_out import check, refuse, said_again

ROLES = (ORIGINAL, "verso", "transcript", "machine-transcript", "captions", "translation")
LONGEST_TITLE = 1000
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def check_right(actor: Actor, item: Item) -> None:
    """NotFoundError, ForbiddenError for who may not decide what belongs together with an item."""
    if not can_see(actor, item):
        raise NotFoundError(NO_SUCH_ITEM)
    if not can(actor, Right.REVIEW, item):
        raise ForbiddenError("Your role does not allow this here.")


def arrange(
    archive: Archive,
    actor: Actor,
    item_id: str,
    wanted: Sequence[Place],
    seen: str,
    draft: Window | None = None,
    *,
    anyway: bool = False,
) -> Mapping[str, str]:
    """Put the files of an item in this order and as each is said to be; returns by file why that cannot be.

    Words that were taken out of one of them stand in a title again (`taken-out`) only with `anyway`.

    `seen` is the mark of what the person had before them: ConflictError (`stale-version`) when the files stand otherwise
    now, (`being-arranged`) while other items are made of this one. Every change is a revision, and in the item's record.
    `draft` is the window in which it was chosen: what was kept of it goes.
    """
    with changing(archive, item_id) as (session, item):
        check_describing(actor, item)
        check_settled(session, item)
        files = {file.id: file for file in item.files}
        stood = places_of(item.files)
        if seen != mark_of(stood) or sorted(one.file_id for one in wanted) != sorted(files):
            raise ConflictError(STALE, code="stale-version")
        troubles = _troubles(wanted)
        if not (troubles or anyway):
            titles = {one.file_id: one.title for one in stood}, {one.file_id: one.title for one in wanted}
            troubles = {one: why.code for one, why in said_again(session, [item.id], *titles).items()}
        if troubles:
            return troubles
        if draft:
            desk_drafts.forget(session, actor, desk_drafts.arrangement(item_id), draft)
        meant = tuple(_as_kept(one) for one in wanted)
        # By their place among the others: nobody is said to have moved what stands where it stood.
        changed = [one.file_id for one, was in zip(meant, stood, strict=True) if one != was]
        if changed:
            before = _marks_on(session, files)
            for position, one in enumerate(meant):
                _place(files[one.file_id], one, position)
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
    """Put the files as they stood at a revision, as a revision of its own.

    ConflictError as `arrange`, or `revision-does-not-fit` when the item has other files now, or they may not stand so,
    `taken-out` when a title says what was taken out of a file since.
    """
    wanted, stands = as_it_was(archive, actor, item_id, number), arranged(archive, actor, item_id)
    # In whatever order: other files are not the same files moved, and nobody was faster.
    is_of_others = seen == mark_of(stands) and _ids(wanted) != _ids(stands)
    troubles = {} if is_of_others else arrange(archive, actor, item_id, wanted, seen)
    refuse(troubles.values())
    if is_of_others or troubles:
        raise ConflictError("This revision does not fit the files any more.", code="revision-does-not-fit")


def _ids(places: Iterable[Place]) -> set[str]:
    return {one.file_id for one in places}


def _marks_on(session: Session, file_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    return {one: ids_of(standing(session, one)) for one in file_ids}


def as_title(typed: str) -> str:
    """A title on one line, as a text of ours."""
    return " ".join(plain(typed).split())


def new_title(session: Session, item: Item, typed: str, *, anyway: bool) -> str:
    """The title of what is made of some files of an item: BadInputError (`title-too-long`), without `anyway` (`taken-out`)."""
    title = as_title(typed)
    if len(title) > LONGEST_TITLE:
        raise BadInputError(f"A title has at most {LONGEST_TITLE} characters.", code="title-too-long")
    if not anyway:
        check(session, [item.id], {"title": item.title}, {"title": title})
    return title


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


def _as_kept(wanted: Place) -> Place:
    """What is wanted of a file as it is kept: an original goes with nothing."""
    accompanies = wanted.accompanies if wanted.role != ORIGINAL else ""
    return replace(wanted, title=as_title(wanted.title), accompanies=accompanies)


def _place(file: File, meant: Place, position: int) -> None:
    file.position, file.title, file.role, file.language = position, meant.title, meant.role, meant.language
    file.accompanies_id = meant.accompanies or None
