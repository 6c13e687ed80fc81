"""What a story says: as it is kept, and as a person types it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from archive.models import Story, StoryRevision
from archive.services.story_items import id_in, named_in

LONGEST_SLUG = 80
# A story belongs to a day of remembrance by a link to its page, as an item stands in it by its own: [words](/days/id).
DAY = re.compile(r"\]\(\s*<?(?:https?://[^\s)/]+)?(?:/[a-z]{2})?/days/([^\s)>/?#\"]+)")


@dataclass(frozen=True)
class Said:
    """What a story says; `items` are ids with the words below each."""

    title: str = ""
    slug: str = ""
    collection: str = ""
    language: str = "en"
    translation_of: str = ""
    body: str = ""
    items: tuple[tuple[str, str], ...] = ()


def slug_from(title: str) -> str:
    """An address made of a title: its letters without accents, small, with hyphens between words."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", title) if not unicodedata.combining(c))
    return "-".join(re.findall(r"[a-z0-9]+", plain.casefold()))[:LONGEST_SLUG].strip("-")


def said_of(row: Story) -> Said:
    """What a story says now."""
    items = tuple((one.item_id, one.caption) for one in row.items)
    return Said(row.title, row.slug, row.collection, row.language, row.translation_of or "", row.body, items)


def said_then(row: StoryRevision) -> Said:
    """What a revision of it said."""
    return Said(
        title=row.title,
        language=row.language,
        body=row.body,
        items=tuple((one[0], one[1]) for one in row.items),
    )


def between(before: Said, after: Said) -> tuple[tuple[str, str, str], ...]:
    """By field what was said before and after, where the two differ."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in ("title", "language", "body"))
    found = [(name, old, new) for name, old, new in pairs if old != new]
    if before.items != after.items:
        found.append(("items", items_typed(before.items), items_typed(after.items)))
    return tuple(found)


def items_typed(items: Sequence[tuple[str, str]]) -> str:
    """Items as a person types them: one on a line, its id and the words below it."""
    return "\n".join(f"{item_id} {caption}".strip() for item_id, caption in items)


def items_read(text: str) -> tuple[tuple[str, str], ...]:
    """Items out of what a person typed; what names no item keeps its words, to be told."""
    found = []
    for line in text.splitlines():
        first, _, caption = line.strip().partition(" ")
        if first:
            found.append((id_in(first) or first, caption.strip()))
    return tuple(found)


def slug_of(said: Said) -> str:
    """The last part of its address: as it was typed, or made of the title."""
    return said.slug or slug_from(said.title)


def ids_in(said: Said) -> list[str]:
    """The ids of every item that stands in it."""
    return [*(item_id for item_id, _ in said.items), *named_in(said.body)]


def days_in(said: Said) -> list[str]:
    """The ids of the days of remembrance to whose pages it leads, in order."""
    return list(dict.fromkeys(DAY.findall(said.body)))
