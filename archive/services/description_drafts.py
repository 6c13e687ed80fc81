"""What a curator has typed about an item and not saved yet: kept for them alone, until they save it or throw it away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from archive.access import Actor
from archive.models import Item
from archive.models.errors import BadInputError
from archive.profiles import Field
from archive.services import desk_drafts
from archive.services.answers import LONGEST
from archive.services.desk_drafts import OwnDraft, Window, description
from archive.services.kept import asked_of, renamed, spoken_in
from archive.services.lifecycle import changing
from archive.services.meanings import chosen_readings
from archive.services.opening import Archive
from archive.services.revisions import check_describing, for_describing, said_of
from archive.services.taking import say_still


def fields(archive: Archive, actor: Actor, item_id: str, also: Collection[str] = ()) -> tuple[Field, ...]:
    """What may be typed about an item, for somebody who may describe it; `also` what had a field when they began."""
    with archive.db.read() as session:
        return asked_of(archive.profiles, for_describing(session, actor, item_id), also).fields


def keep(
    archive: Archive,
    actor: Actor,
    item_id: str,
    typed: Mapping[str, str],
    choices: Mapping[str, str],
    mark: str,
    window: Window,
) -> None:
    """Keep what `actor` has typed so far in that window; it is understood only when saved.

    The others are told that they are at it. What says the same as the item needs no draft: it may have been saved while this was on its way.

    BadInputError (`bad-input`) when it is longer than a description can be.
    """
    if any(len(text) > LONGEST for text in (*typed.values(), *choices.values(), mark)):
        raise BadInputError(f"A field takes {LONGEST} characters at most.")
    with changing(archive, item_id) as (session, item):
        check_describing(actor, item)
        if _is_said(archive, item, typed, choices):
            desk_drafts.forget(session, actor, description(item_id), window)
        else:
            desk_drafts.keep(session, actor, description(item_id), window, typed, choices, mark)
    say_still(archive, actor, item_id)


def own(archive: Archive, actor: Actor, item_id: str) -> tuple[OwnDraft, ...]:
    """The drafts that `actor` has of an item, the newest first, for as long as they may describe it."""
    with archive.db.read() as session:
        item = for_describing(session, actor, item_id)
        found = desk_drafts.own(session, actor, description(item_id))
        # It may have been moved since they began: what is called otherwise here stands under its name here.
        return tuple(replace(one, typed=_here(archive, item, one.typed)) for one in found)


def throw_away(archive: Archive, actor: Actor, item_id: str, window: Window) -> None:
    """Forget what was typed in a window; there being nothing is success."""
    with archive.db.write() as session:
        for_describing(session, actor, item_id)
        desk_drafts.forget(session, actor, description(item_id), window)


def _here(archive: Archive, item: Item, typed: Mapping[str, str]) -> dict[str, str]:
    return renamed(archive.profiles, typed, asked_of(archive.profiles, item, spoken_in(typed)).fields)


def _is_said(archive: Archive, item: Item, typed: Mapping[str, str], choices: Mapping[str, str]) -> bool:
    now = said_of(item, asked_of(archive.profiles, item, spoken_in(typed)).fields)
    return desk_drafts.says(typed, now) and chosen_readings(item, choices) == chosen_readings(item, {})
