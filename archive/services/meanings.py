"""Which reading of an item's date is meant, so that what was chosen once is not asked again."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Item, Revision
from archive.services.answers import AS_WRITTEN, DATE

Readings = dict[str, str]
"""By the text of a date its reading in EDTF, or AS_WRITTEN."""


def kept_reading(item: Item) -> Readings:
    """The reading that is kept beside the words of the item's date, as its revisions keep it."""
    return {item.date_given: item.date_edtf} if item.date_given and item.date_edtf else {}


def chosen_readings(item: Item, choices: Mapping[str, str]) -> Readings:
    """Which reading of a date is meant, by what is typed: one that was chosen before need not be chosen again."""
    return {**readings_of(item.date_given, kept_reading(item)), **choices}


def readings_of(date: str, kept: Mapping[str, str]) -> Readings:
    """The readings that were kept with a date; where none was kept beside its words, the words alone are meant."""
    return {date: AS_WRITTEN, **kept} if date else dict(kept)


def meanings(session: Session, item: Item) -> Readings:
    """Every reading of a date that was ever chosen for an item, by what was typed; the latest choice counts."""
    query = select(Revision).where(Revision.item_id == item.id).order_by(Revision.number)
    kept = (readings_of(one.said.get(DATE, ""), one.meant) for one in session.scalars(query))
    return {text: edtf for one in kept for text, edtf in one.items()} | chosen_readings(item, {})
