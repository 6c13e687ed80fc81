"""Words that were taken out of an item's files, where somebody says them of it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import File, Item, Redaction
from archive.same_words import standing_in
from archive.services.answers import Trouble

TAKEN_OUT = "taken-out"


def extents(session: Session, item_id: str) -> tuple[dict[str, Any], ...]:
    """The `extent` of every mark that takes words out of texts of an item."""
    query = select(Redaction.extent).join(File, File.id == Redaction.file_id)
    query = query.where(File.item_id == item_id, Redaction.kind == "passage", Redaction.removed_on.is_(None))
    return tuple(session.scalars(query.order_by(Redaction.made_on, Redaction.id)))


def said_again(
    session: Session, item: Item, now: Mapping[str, str], wanted: Mapping[str, str]
) -> dict[str, Trouble]:
    """By field, that what is `wanted` there and is not said `now` holds words that were taken out (`taken-out`)."""
    changed = {name: text for name, text in wanted.items() if text.strip() != now.get(name, "").strip()}
    marks = extents(session, item.id) if changed else ()
    words = tuple(dict.fromkeys(one["words"] for one in marks))
    found = {name: standing_in(text, words) for name, text in changed.items()}
    return {name: Trouble(TAKEN_OUT, words=held) for name, held in found.items() if held}
