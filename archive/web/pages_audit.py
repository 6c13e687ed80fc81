"""The page of who did what, when, to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from archive.access import Actor, may_keep_words
from archive.models import Right
from archive.services.audit import Asked, Happening
from archive.services.audit_subjects import ITEM
from archive.services.introductions import looked_after
from archive.services.labels import label
from archive.services.opening import Archive
from archive.services.rooms import ROOMS
from archive.services.shared_bags import COLLECTION, STORY
from archive.web import labels
from archive.web.i18n import language
from archive.web.pages_form import Option, Question
from archive.web.pages_review import particulars
from archive.web.words import _, day

FIELDS = ("who", "kind", "collection", "subject", "outcome", "since", "until")
LONGEST = 80


@dataclass(frozen=True)
class Row:
    """One event in words; `href` leads to what it is about, where that has a page."""

    on: str
    who: str
    what: str
    failed: bool
    subject: str
    href: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AuditPage:
    """The list, what it is narrowed to, and where it goes on; `given` is what was asked, for the table that is taken out."""

    rows: tuple[Row, ...]
    questions: tuple[Question, ...]
    troubles: tuple[Question, ...]
    given: tuple[tuple[str, str], ...]
    older: str
    newest: str
    show_troubles: bool = True


def asked_for(given: Mapping[str, str]) -> tuple[Asked, frozenset[str]]:
    """What is looked for, and the fields that cannot be read."""
    values = {name: given.get(name, "").strip()[:LONGEST] for name in FIELDS}
    days: dict[str, date | None] = {}
    wrong: set[str] = set()
    for name in ("since", "until"):
        try:
            days[name] = date.fromisoformat(values[name]) if values[name] else None
        except ValueError:
            days[name] = None
            wrong.add(name)
    plain = {name: values[name] for name in FIELDS if name not in days}
    return Asked(**plain, since=days["since"], until=days["until"]), frozenset(wrong)


def audit_page(
    archive: Archive,
    given: Mapping[str, str],
    found: Sequence[Happening],
    older: int | None,
    wrong: frozenset[str],
    actor: Actor,
) -> AuditPage:
    """The list as it was asked for."""
    asked: dict[str, Any] = {name: text for name in FIELDS if (text := given.get(name, "").strip()[:LONGEST])}
    questions = tuple(_questions(archive, asked, wrong, actor))
    return AuditPage(
        rows=tuple(_row(archive, actor, one) for one in found),
        questions=questions,
        troubles=tuple(one for one in questions if one.trouble),
        given=tuple(asked.items()),
        older=url_for("audit.events", **asked, before=older) if older else "",
        newest=url_for("audit.events", **asked) if given.get("before") else "",
    )


def _questions(
    archive: Archive, asked: Mapping[str, str], wrong: frozenset[str], actor: Actor
) -> list[Question]:
    where = actor.collections_with(Right.AUDIT)
    slugs = [slug for slug in archive.profiles if where is None or slug in where]
    kinds = [(kind, labels.of(labels.EVENTS, kind)) for kind in labels.EVENTS]
    named = [(slug, label(archive, "collection", slug, language())) for slug in slugs]
    outcomes = [("success", _("It was done")), ("failure", _("It failed"))]
    trouble = _("We could not read this as a day. Write it as 2026-03-25.")
    return [
        Question("who", _("Who (a user name)"), value=asked.get("who", "")),
        _chosen("kind", _("What was done"), sorted(kinds, key=lambda one: one[1]), asked),
        _chosen("collection", _("Collection"), named, asked),
        Question("subject", _("Item (its id)"), value=asked.get("subject", "")),
        _chosen("outcome", _("How it went"), outcomes, asked),
        *(
            Question(name, words, "day", value=asked.get(name, ""), trouble=trouble if name in wrong else "")
            for name, words in (("since", _("From this day")), ("until", _("To this day")))
        ),
    ]


def _chosen(name: str, words: str, known: Sequence[tuple[str, str]], asked: Mapping[str, str]) -> Question:
    value = asked.get(name, "")
    options = (
        Option("", _("Any"), "", not value),
        *(Option(one, text, "", one == value) for one, text in known),
    )
    return Question(name, words, "list", value=value, options=options)


def _row(archive: Archive, actor: Actor, one: Happening) -> Row:
    return Row(
        on=day(one.on),
        who=labels.by({one.agent: one.who}, one.agent),
        what=labels.of(labels.EVENTS, one.kind),
        failed=one.outcome != "success",
        subject=_words(archive, one),
        href=_href(archive, actor, one),
        details=particulars(one.detail),
    )


def _words(archive: Archive, one: Happening) -> str:
    about = one.about
    if about.kind == COLLECTION:
        return label(archive, "collection", about.collection, language())
    return about.title or (_("Without a title") if about.kind in (ITEM, STORY) else one.subject)


def _href(archive: Archive, actor: Actor, one: Happening) -> str:
    """Where it is to be seen, for whom there is such a page."""
    about = one.about
    if about.kind == ITEM:
        return url_for("preserve.item", item_id=one.subject)
    if about.kind == STORY:
        return url_for("stories.story", slug=about.slug)
    if about.kind == COLLECTION and about.collection in looked_after(archive, actor):
        return url_for("collections_desk.collection", slug=about.collection)
    if about.kind in ROOMS and may_keep_words(actor):
        return url_for("authorities.word", room=about.kind, word_id=one.subject)
    return ""
