"""What people had typed of items that stepped back, and not saved, stands with what took their place, for them alone.

What they had before them stays told with it: saved where something else is said now, it is shown beside that first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.models import DeskDraft, Item, UnsentWords
from archive.models.errors import IntegrityError
from archive.services import carrying_over, desk_drafts
from archive.services.arrangement_drafts import parted, places_in, typed_of
from archive.services.desk_drafts import Form
from archive.services.kept import asked_of
from archive.services.opening import Archive
from archive.services.replaced import files_in_their_place
from archive.services.revisions import said_of
from archive.services.sealing import seal, unseal
from archive.services.unsent_words import correcting, taking_back

SAID = "said"
# What is chosen or told, not written: two of them make no third.
SINGLE = frozenset({"mark", "how"})


def follow(archive: Archive, session: Session, old_ids: Sequence[str], new_id: str) -> None:
    """All that stands beside the old items goes to the first of the new ones, what is not saved yet too."""
    carrying_over.follow(session, old_ids, new_id)
    _drafts(session, old_ids, new_id)
    _arrangements(session, old_ids)
    _unsent(archive, session, old_ids, new_id)


def _drafts(session: Session, old_ids: Sequence[str], new_id: str) -> None:
    """Drafts of curators: of descriptions to the first of the new items, of transcripts to the same file."""
    forms = {desk_drafts.description(one).name: desk_drafts.description(new_id) for one in old_ids}
    for old, (item_id, file_id) in files_in_their_place(session, old_ids).items():
        forms[desk_drafts.transcript("", old).name] = desk_drafts.transcript(item_id, file_id)
    query = select(DeskDraft).where(DeskDraft.item_id.in_(old_ids), DeskDraft.form.in_(forms))
    for row in session.scalars(query.order_by(DeskDraft.kept_on, DeskDraft.number)).all():
        form = forms[row.form]
        row.number = _next(session, row.user_id, form)
        row.form, row.item_id = form.name, form.item_id
        session.flush()


def _arrangements(session: Session, old_ids: Sequence[str]) -> None:
    """Drafts of how files are arranged: to each of the new items what was typed of the files that are in it."""
    now = files_in_their_place(session, old_ids)
    forms = [desk_drafts.arrangement(one).name for one in old_ids]
    query = select(DeskDraft).where(DeskDraft.item_id.in_(old_ids), DeskDraft.form.in_(forms))
    for row in session.scalars(query.order_by(DeskDraft.kept_on, DeskDraft.number)).all():
        for item_id, places in parted(places_in(row.typed), now).items():
            form = desk_drafts.arrangement(item_id)
            kept = DeskDraft(user_id=row.user_id, form=form.name, window_id=row.window_id, item_id=item_id)
            kept.number, kept.kept_on = _next(session, row.user_id, form), row.kept_on
            kept.mark, kept.typed = row.mark, typed_of(places)
            session.add(kept)
        session.delete(row)
        session.flush()


def _next(session: Session, user_id: str, form: Form) -> int:
    there = DeskDraft.user_id == user_id, DeskDraft.form == form.name
    return (session.scalar(select(func.max(DeskDraft.number)).where(*there)) or 0) + 1


def _unsent(archive: Archive, session: Session, old_ids: Sequence[str], new_id: str) -> None:
    """What givers had typed: a seal holds what it is of, so that it is sealed anew."""
    for form in (correcting, taking_back):
        forms = [form(one) for one in old_ids]
        submission_id = session.get_one(Item, new_id).submission_id
        query = select(UnsentWords).where(
            UnsentWords.submission_id == submission_id, UnsentWords.form.in_([*forms, form(new_id)])
        )
        rows = {one.form: one for one in session.scalars(query.with_for_update())}
        typed: dict[str, Any] = {}
        for item_id in (new_id, *old_ids):
            row = rows.get(form(item_id))
            said = _opened(archive, row) if row is not None else None
            if said is not None:
                typed = _both(typed, _changed(archive, session, item_id, said) if typed else said)
        if not typed:
            continue
        kept_on = max(one.kept_on for one in rows.values())
        for row in rows.values():
            session.delete(row)
        session.flush()
        sealed = seal(archive, f"{submission_id}/{form(new_id)}", json.dumps(typed).encode())
        session.add(
            UnsentWords(submission_id=submission_id, form=form(new_id), sealed=sealed, kept_on=kept_on)
        )


def _opened(archive: Archive, row: UnsentWords) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(unseal(archive, f"{row.submission_id}/{row.form}", row.sealed))
    except IntegrityError:
        return None
    return found


def _changed(archive: Archive, session: Session, item_id: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed without that which only says what stood there: of two that are one item now it says nothing."""
    item = session.get_one(Item, item_id)
    stood = said_of(item, asked_of(archive.profiles, item).fields)
    said = typed.get(SAID)
    if not isinstance(said, dict):
        return dict(typed)
    return {**typed, SAID: {name: text for name, text in said.items() if text != stood.get(name, "")}}


def _both(first: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Of two that were typed about what is one item now every word, one after the other."""
    found = dict(first)
    for name, value in other.items():
        here = found.get(name)
        if isinstance(value, dict) and isinstance(here, dict):
            found[name] = _both(here, value)
        elif not here or name in SINGLE:
            found[name] = here or value
        elif isinstance(value, str) and isinstance(here, str) and value not in here:
            found[name] = f"{here}\n{value}"
    return found
