"""What a curator has typed about an item and not saved yet: kept for them alone, until they save it or throw it away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from archive.access import Actor
from archive.models import DescriptionDraft, Item, today
from archive.models.errors import BadInputError
from archive.profiles import Field
from archive.services.answers import LONGEST
from archive.services.lifecycle import changing
from archive.services.meanings import chosen_readings
from archive.services.opening import Archive
from archive.services.revisions import (
    Said,
    check_describing,
    for_describing,
    forget_draft,
    said_of,
)


@dataclass(frozen=True)
class OwnDraft:
    """A draft as its writer left it; `mark` tells what they had before them."""

    kept_on: date
    mark: str
    typed: Said
    choices: Said


def fields(archive: Archive, actor: Actor, item_id: str) -> tuple[Field, ...]:
    """What may be typed about an item, for somebody who may describe it."""
    with archive.db.read() as session:
        return archive.profiles[for_describing(session, actor, item_id).collection].fields


def keep(
    archive: Archive,
    actor: Actor,
    item_id: str,
    typed: Mapping[str, str],
    choices: Mapping[str, str],
    mark: str,
) -> None:
    """Keep what `actor` has typed so far in place of what they had typed before; it is understood only when saved.

    What says the same as the item needs no draft: it may have been saved while this was on its way.

    BadInputError (`bad-input`) when it is longer than a description can be.
    """
    if any(len(text) > LONGEST for text in (*typed.values(), *choices.values(), mark)):
        raise BadInputError(f"A field takes {LONGEST} characters at most.")
    with changing(archive, item_id) as (session, item):
        check_describing(actor, item)
        if _is_said(archive, item, typed, choices):
            forget_draft(session, actor, item_id)
            return
        kept = session.get(DescriptionDraft, (item_id, actor.id))
        if kept is None:
            kept = DescriptionDraft(item_id=item_id, user_id=actor.id)
            session.add(kept)
        kept.kept_on, kept.mark = today(), mark
        kept.typed, kept.choices = dict(typed), dict(choices)


def own(archive: Archive, actor: Actor, item_id: str) -> OwnDraft | None:
    """The draft that `actor` has of an item, for as long as they may describe it."""
    with archive.db.read() as session:
        for_describing(session, actor, item_id)
        kept = session.get(DescriptionDraft, (item_id, actor.id))
        return OwnDraft(kept.kept_on, kept.mark, kept.typed, kept.choices) if kept else None


def throw_away(archive: Archive, actor: Actor, item_id: str) -> None:
    """Forget the draft; there being none is success."""
    with archive.db.write() as session:
        for_describing(session, actor, item_id)
        forget_draft(session, actor, item_id)


def _is_said(archive: Archive, item: Item, typed: Mapping[str, str], choices: Mapping[str, str]) -> bool:
    now = said_of(item, archive.profiles[item.collection].fields)
    same = {name: text.strip() for name, text in typed.items()} == {
        name: text.strip() for name, text in now.items()
    }
    return same and chosen_readings(item, choices) == chosen_readings(item, {})
