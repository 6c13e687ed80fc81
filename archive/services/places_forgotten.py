"""Forgets where something was, at the wish of whoever gave it: in what is said of it and was said before, and in bags.

That only the town is shown, or no place, hides the place; those who look after the archive read it still. This is for
whom that is not enough: the words in its stead stay alone. What the original tells by itself stays in the original.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Consent, DeskDraft, Event, Item, ItemState, Place, Revision, record_event
from archive.services.closing_marks import mark_forgotten
from archive.services.describe import Description, PlaceGiven, describe
from archive.services.describing import place_name
from archive.services.kept import with_the_rest
from archive.services.lifecycle import touch
from archive.services.names_forgotten import FORGET_PLACES
from archive.services.opening import Archive
from archive.services.records import touch_submission
from archive.services.shown import in_its_stead
from archive.services.unused_words import forget_unused

PLACE = "place"


def forget(archive: Archive, session: Session, newest: Consent, agent: str) -> None:
    """Leave of the places of everything given together the words alone that its `newest` consent has in their stead.

    In the caller's transaction, with which the ledger of withdrawals hears of it: places that an older copy brings back
    are forgotten again. Older revisions in bags go when these are next written.
    """
    detail = {"version": newest.version}
    record_event(session, newest.submission_id, FORGET_PLACES, agent, detail)
    given = select(Item).where(Item.submission_id == newest.submission_id, Item.erasure == "")
    for item in session.scalars(given.where(Item.state != ItemState.DRAFT).order_by(Item.id)).all():
        forget_of(archive, session, item, newest.places_shown)
    forget_words(session, newest)
    touch_submission(session, newest.submission_id)
    mark_forgotten(session, newest.submission_id)


def forget_of(archive: Archive, session: Session, item: Item, words: Mapping[str, str]) -> None:
    """The same of one item; `words` are by the place for which they stand."""
    borne = [link.place_id for link in item.places]
    towns = dict.fromkeys(in_its_stead(words, link.place.name) for link in item.places)
    places = [PlaceGiven(one) for one in towns if one]
    without = replace(with_the_rest(item, (), Description()), places=places, latitude=None, longitude=None)
    describe(session, item, without)
    session.flush()
    names = {
        one.name for profile in archive.profiles.values() for one in profile.fields if one.kind == PLACE
    } | {PLACE}
    before = {*words}
    for row in session.scalars(select(Revision).where(Revision.item_id == item.id)):
        typed = (line for name in names for line in row.said.get(name, "").splitlines())
        before |= {place_name(line) for line in typed}
        row.said = {name: _told(text, words) if name in names else text for name, text in row.said.items()}
    for draft in session.scalars(select(DeskDraft).where(DeskDraft.item_id == item.id)):
        draft.typed = {name: text for name, text in draft.typed.items() if name not in names}
    # What it was said to be at once, and then at another place, no other thing may bear either.
    borne += session.scalars(select(Place.id).where(Place.name.in_(before))).all()
    forget_unused(archive, session, borne)
    touch(item)


def forget_behind(archive: Archive, session: Session, item: Item, newest: Consent) -> None:
    """The same of an item that came back from a bag that had not heard of the wish."""
    towns = set(newest.places_shown.values())
    versions = select(Consent).where(Consent.submission_id == item.submission_id).order_by(Consent.version)
    told = [pair for one in session.scalars(versions).all() for pair in one.places_shown.items()]
    forget_of(archive, session, item, {place: word for place, word in told if word in towns})
    forget_words(session, newest)


def forget_words(session: Session, newest: Consent) -> None:
    """Have every version of a consent name the words alone that its newest has, and no place for which they stood."""
    towns = set(newest.places_shown.values())
    versions = select(Consent).where(Consent.submission_id == newest.submission_id)
    for one in session.scalars(versions).all():
        one.places_shown = {word: word for word in one.places_shown.values() if word and word in towns}
    session.flush()


def forgotten_at(session: Session, submission_id: str) -> int:
    """The version of the consent with which it was last wished for something given together, 0 where it never was."""
    wished = select(Event.detail).where(Event.subject_id == submission_id, Event.kind == FORGET_PLACES)
    return max((one["version"] for one in session.scalars(wished)), default=0)


def _told(text: str, words: Mapping[str, str]) -> str:
    """What is left of places that were typed once, one on a line."""
    towns = (in_its_stead(words, place_name(line)) for line in text.splitlines())
    return "\n".join(dict.fromkeys(one for one in towns if one))
