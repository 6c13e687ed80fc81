"""The whole record of a story, of a collection's introductions, or of a name or word, as plain JSON values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.bags import shared_readme
from archive.models import (
    Collection,
    Event,
    Introduction,
    MergedAuthority,
    SharedBag,
    SharedRevision,
    Story,
    StoryRevision,
)
from archive.models.event import body_of
from archive.services.record_words import written_about
from archive.services.shared_bags import COLLECTION, STORY, WORD

FORMAT = "remembrance-shared/1"
# What docs/shared.schema.json is called; nothing is ever fetched from there.
SCHEMA = "https://w3id.org/remembrance/shared/1/schema.json"
STORY_FIELDS = ("id", "slug", "collection", "language", "translation_of", "title", "body", "published")
STORY_DAYS = ("published_on", "changed_on")
STORY_REVISION_FIELDS = ("id", "number", "agent", "language", "title", "body", "items")
INTRODUCTION_FIELDS = ("language", "body", "agent")
SHARED_REVISION_FIELDS = ("id", "subject", "number", "agent", "said")
WHAT = {
    STORY: "a story, a page that curators wrote around what the archive keeps",
    COLLECTION: "the words that introduce a collection",
    WORD: "what curators wrote down about a name or a word that items share",
}
Said = dict[str, Any]


def record_of(session: Session, bag: SharedBag) -> Said | None:
    """The record that belongs into a bag; None when what it is of is no more."""
    if bag.subject is None:
        return None
    kind, _, about = bag.subject.partition("/")
    said = _KINDS[kind](session, about)
    if said is None:
        return None
    return {
        "$schema": SCHEMA,
        "format": FORMAT,
        "id": bag.id,
        "subject": bag.subject,
        "kind": kind,
        "revision": bag.record_revision,
        **said,
    }


def as_files(record: Said) -> dict[str, bytes]:
    """A record as the files of a bag's revision, by name; the same record always gives the same bytes."""
    title, text = _TEXTS[record["kind"]](record)
    # In the order in which people read it: what a form asked first stands first.
    whole = json.dumps(record, ensure_ascii=False, indent=1)
    return {
        "record.json": f"{whole}\n".encode(errors="replace"),
        "text.md": text.encode(errors="replace"),
        "README.txt": shared_readme(title, WHAT[record["kind"]], record["id"]).encode(errors="replace"),
    }


def _story(session: Session, story_id: str) -> Said | None:
    row = session.get(Story, story_id, populate_existing=True)
    if row is None:
        return None
    query = select(StoryRevision).where(StoryRevision.story_id == story_id).order_by(StoryRevision.number)
    return {
        "story": _values(row, STORY_FIELDS, STORY_DAYS)
        | {"items": [{"item": one.item_id, "caption": one.caption} for one in row.items]},
        "history": [
            _values(one, STORY_REVISION_FIELDS, ("made_on",)) for one in session.scalars(query).all()
        ],
        "events": _events(session, [story_id]),
    }


def _collection(session: Session, slug: str) -> Said | None:
    row = session.get(Collection, slug)
    if row is None:
        return None
    query = select(Introduction).where(Introduction.collection == slug).order_by(Introduction.language)
    own = SharedRevision.subject.startswith(f"introduction/{slug}/", autoescape=True)
    return {
        "collection": {"slug": slug, "created_on": row.created_on.isoformat()},
        "introductions": [
            _values(one, INTRODUCTION_FIELDS, ("changed_on",)) for one in session.scalars(query).all()
        ],
        "history": _history(session, own),
        "events": _events(session, [f"collection/{slug}"]),
    }


def _word(session: Session, word_id: str) -> Said | None:
    own, related = written_about(session, word_id)
    if not own:
        return None
    query = select(MergedAuthority.old_id).where(MergedAuthority.new_id == word_id)
    merged = session.scalars(query.order_by(MergedAuthority.old_id)).all()
    ids = [word_id, *merged]
    return {
        "words": own,
        # What it is replaced by; what it replaces has a bag of its own.
        "related_words": [one for one in related if one["name"] == own[0]["preferred"]],
        "merged": list(merged),
        "history": _history(session, SharedRevision.subject.in_([f"word/{one}" for one in ids])),
        "events": _events(session, ids),
    }


_KINDS: Mapping[str, Callable[[Session, str], Said | None]] = {
    STORY: _story,
    COLLECTION: _collection,
    WORD: _word,
}


def _history(session: Session, which: Any) -> list[Said]:
    query = select(SharedRevision).where(which).order_by(SharedRevision.subject, SharedRevision.number)
    return [_values(one, SHARED_REVISION_FIELDS, ("made_on",)) for one in session.scalars(query).all()]


def _events(session: Session, subjects: Sequence[str]) -> list[Said]:
    query = select(Event).where(Event.subject_id.in_(subjects)).order_by(Event.subject_id, Event.sequence)
    return [
        body_of(one) | {"previous_hash": one.previous_hash, "hash": one.hash}
        for one in session.scalars(query).all()
    ]


def _values(row: Any, names: Sequence[str], days: Sequence[str] = ()) -> Said:
    return {name: getattr(row, name) for name in names} | {name: _day(getattr(row, name)) for name in days}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _story_text(record: Said) -> tuple[str, str]:
    story = record["story"]
    shown = "".join(f"- {one['item']} {one['caption']}".rstrip() + "\n" for one in story["items"])
    text = f"# {story['title']}\n\n{story['body']}\n"
    return story["title"], text + (f"\n## Items that it shows\n\n{shown}" if shown else "")


def _collection_text(record: Said) -> tuple[str, str]:
    slug = record["collection"]["slug"]
    parts = (f"## {one['language']}\n\n{one['body']}\n" for one in record["introductions"])
    return slug, "\n".join((f"# {slug}\n", *parts))


def _word_text(record: Said) -> tuple[str, str]:
    (one,) = record["words"]
    told = [("Also called", ", ".join(other["name"] for other in one["other_names"]))]
    told += [("Standing", one["standing"]), ("To be used instead", one["preferred"])]
    told += [("Elsewhere", ", ".join(one["links"]))]
    lines = "".join(f"- {label}: {words}\n" for label, words in told if words)
    return one["name"], "\n".join(
        part for part in (f"# {one['name']}\n", lines, f"{one['note']}\n" if one["note"] else "") if part
    )


_TEXTS: Mapping[str, Callable[[Said], tuple[str, str]]] = {
    STORY: _story_text,
    COLLECTION: _collection_text,
    WORD: _word_text,
}
