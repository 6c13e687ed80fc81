"""What a curator reads beside an item: what is said of it, what was noticed in its files, what its giver allows, what was written."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from archive.models import ItemState, Right, days_now
from archive.services.asked_about import was_taken_down
from archive.services.doubles import Likewise
from archive.services.faces import is_installed
from archive.services.opening import Archive
from archive.services.reviewing import ConsentView, Facts
from archive.services.taken_back_by import ARCHIVE, GIVER, WORDS_BY
from archive.services.views import FileView, ItemView
from archive.web import desk_words, giving_words, labels, labels_asked
from archive.web.formats import size_words
from archive.web.pages_beside import Beside, beside
from archive.web.pages_doubles import Alike, alike_shown
from archive.web.pages_item import rights_of
from archive.web.pages_messages import by, read_to
from archive.web.pages_noticed import Rows, filled, noticed, noticed_inside
from archive.web.pages_queue import around_words
from archive.web.visitors import Visitor
from archive.web.words import _, day, later

_WRITERS = {GIVER: later("Whoever gave it"), ARCHIVE: later("Those who look after the archive")}


@dataclass(frozen=True)
class KeptFile:
    """One original: how it looks, what the pipeline noticed of it, and what it says of itself.

    `noticed_inside`, as everything else that tells what is in it, is shown once a content note is passed.
    `faces` says of a picture that nobody has looked for any; `faces_href` is where a machine can be asked to.
    """

    id: str
    given_name: str
    role: str
    state: str
    trouble: str
    size: str
    sha512: str
    noticed: Rows
    noticed_inside: Rows
    faces: str
    faces_href: str
    notes: tuple[str, ...]
    alike: tuple[Alike, ...]
    says: Rows
    beside: Beside

    @property
    def is_seen(self) -> bool:
        """Whether there is something to see, not only to hear or to read."""
        return self.beside.is_seen


@dataclass(frozen=True)
class Days:
    """The days that staff may set: the consent's version, its first day, whether staff moved it, and a planned publication.

    `kept_back` says until when it is not shown, while that day is to come.
    """

    version: int
    not_before: str
    allowed_from: str
    is_narrowed: bool
    publish_on: str
    planned: str
    trouble: str
    kept_back: str


@dataclass(frozen=True)
class Review:
    """Everything beside an item."""

    said: Rows
    consent: Rows
    around: tuple[str, ...]
    is_mine: bool
    holder: str
    messages: tuple[tuple[str, str, str], ...]
    read_to: int
    files: tuple[KeptFile, ...]
    days: Days
    asked: str
    is_taken_down: bool

    @property
    def is_seen(self) -> bool:
        """Whether any of its files can be seen."""
        return any(file.is_seen for file in self.files)


def review(
    archive: Archive, item: ItemView, facts: Facts, visitor: Visitor, names: Mapping[str, str]
) -> Review:
    """What is beside `item`; `names` are the user names of those who are around, asked for something or wrote."""
    held = facts.around.taken.get(item.id)
    is_mine = held is not None and held.user_id == visitor.actor.id
    looks = zip(item.files, beside(item), strict=True)
    hrefs = _faces_hrefs(item, visitor)
    known = (*(one.name for one in item.places), *item.subjects)
    return Review(
        said=_said(archive, item),
        consent=consent_words(facts.consent),
        around=around_words(item.id, facts.around, visitor, names),
        is_mine=is_mine,
        holder="" if held is None or is_mine else held.user_id,
        messages=tuple((by(one, names), day(one.written_on), one.text) for one in facts.messages),
        read_to=read_to(facts.messages),
        files=tuple(
            _kept_file(file, look, facts.likewise, hrefs.get(file.id, ""), known) for file, look in looks
        ),
        days=_days(facts, names),
        asked=labels_asked.waiting_words(facts.asked),
        is_taken_down=was_taken_down(
            ((one.kind, one.detail) for one in reversed(item.events)), before=facts.was_taken_down
        ),
    )


def consent_words(consent: ConsentView) -> Rows:
    """A consent as a person says it."""
    shown = "; ".join(f"{place} → {words}" for place, words in consent.places_shown.items())
    rows = (
        (_("Who may see it"), labels.of(labels.AUDIENCES, consent.audience)),
        (_("Not before"), day(consent.not_before) if consent.not_before else _("No such day")),
        (_("Not after"), day(consent.not_after) if consent.not_after else _("No such day")),
        (_("How its giver is named"), _naming(consent)),
        (_("Other people in it"), str(desk_words.PEOPLE.get(consent.people, consent.people))),
        (_("What its giver says of them"), consent.people_words),
        (_("Places"), str(desk_words.PLACES.get(consent.place_precision, consent.place_precision))),
        (_("Shown instead of places"), shown if consent.place_precision == "town" else ""),
        (
            _("Places that nobody else sees"),
            _(
                "%(places)s: its giver wrote no words that are shown instead. Ask for them.",
                places="; ".join(consent.places_without_words),
            )
            if consent.places_without_words
            else "",
        ),
        (_("What others may do with it"), consent.reuse or _("Look at it here, and ask for anything more")),
    )
    return filled(rows)


def _naming(consent: ConsentView) -> str:
    how = giving_words.NAMING.get(consent.naming)
    words = str(how[0]) if how else consent.naming
    named = consent.name_shown if consent.naming != "no-name" else ""
    return f"{words}: {named}" if named else words


def _said(archive: Archive, item: ItemView) -> Rows:
    rights = rights_of(item)
    people = (
        f"{one.name} ({labels.role(archive, one.role)})" if one.role else one.name for one in item.names
    )
    return filled(
        (
            (_("Kind"), item.kind_label),
            (_("Names"), "; ".join(people)),
            (_("Date"), item.date_words or item.date_given),
            (_("Places"), "; ".join(one.name for one in item.places if one.name)),
            (_("Subjects"), "; ".join(item.subjects)),
            (_("Language"), "; ".join(labels.language_name(code) for code in item.languages)),
            (_("Description"), item.description),
            (_("Source"), item.source),
            (
                _("What others may do with it"),
                "\n".join(filter(None, (rights.words, rights.given, *rights.permitted))),
            ),
        )
    )


def _kept_file(
    file: FileView, look: Beside, likewise: Sequence[Likewise], faces_href: str, known: Sequence[str]
) -> KeptFile:
    is_picture = bool(look.pictures) and file.media_type.startswith(("image/", "application/pdf"))
    asked = _("Looked for only when somebody asks") if faces_href else _("Not looked for")
    return KeptFile(
        id=file.id,
        given_name=file.given_name,
        role=labels.of(labels.FILE_ROLES, file.role),
        state=labels.of(labels.FILE_STATES, file.state),
        trouble=_(file.failure) if file.failure else "",
        size=size_words(file.size),
        sha512=file.sha512,
        noticed=noticed(file),
        noticed_inside=noticed_inside(file, known),
        faces=asked if is_picture else "",
        faces_href=faces_href,
        notes=tuple(labels.note(note) for note in file.notes),
        alike=tuple(alike_shown(one) for one in likewise if one.file_id == file.id),
        says=_says(file),
        beside=look,
    )


def _says(file: FileView) -> Rows:
    # One by one: two of them may be called the same in some language.
    named = ((str(desk_words.SAYS.get(name, name)), said) for name, said in file.says.items())
    return tuple(pair for name, said in named for pair in plain_pairs({name: said}))


def _faces_hrefs(item: ItemView, visitor: Visitor) -> dict[str, str]:
    """By file, where this visitor can have a machine look for faces, if there is such a machine."""
    may_ask = visitor.actor.has(Right.REVIEW, item.collection) and item.state != ItemState.WITHDRAWN
    if not may_ask or not is_installed():
        return {}
    return {file.id: url_for("redact.file", item_id=item.id, file_id=file.id) for file in item.files}


def _days(facts: Facts, names: Mapping[str, str]) -> Days:
    consent, planned = facts.consent, facts.planned
    who = names.get(planned.user_id, "") if planned else ""
    kept = consent.not_before if consent.not_before and not days_now().has_begun(consent.not_before) else None
    return Days(
        version=consent.version,
        not_before=_iso(consent.not_before) if consent.narrowed else "",
        allowed_from=day(consent.allowed_from) if consent.allowed_from else "",
        is_narrowed=consent.narrowed and consent.not_before != consent.allowed_from,
        publish_on=_iso(planned.on) if planned and not planned.trouble else "",
        planned=_planned(planned.on, who, kept) if planned and not planned.trouble else "",
        trouble=str(desk_words.NOT_PUBLISHED.get(planned.trouble, "")) if planned else "",
        kept_back=_("Nobody but staff is shown it before %(day)s.", day=day(kept)) if kept else "",
    )


def _planned(on: date, who: str, kept: date | None) -> str:
    if kept and on < kept:
        return _(
            "%(name)s asked that it be published on %(day)s, but it is kept back until a later one.",
            name=who,
            day=day(on),
        )
    return _("It is published on %(day)s, as %(name)s asked.", day=day(on), name=who)


def _iso(value: date | None) -> str:
    return value.isoformat() if value else ""


def particulars(detail: dict[str, Any]) -> Rows:
    """What is told of an event beside its kind: days and whose words stand in its place in words, the rest as it stands."""
    told: list[tuple[str, str]] = []
    rest = dict(detail)
    with contextlib.suppress(KeyError, TypeError, ValueError):
        told.append((_("Day"), day(date.fromisoformat(detail["day"]))))
        del rest["day"]
    with contextlib.suppress(KeyError, TypeError, ValueError):
        before, after = (_kept_until(detail["not_before"][one]) for one in ("before", "after"))
        told += [(_("Kept back until"), after), (_("Kept back before this until"), before)]
        del rest["not_before"]
    if (who := _WRITERS.get(str(rest.get(WORDS_BY)))) is not None:
        told.append((_("Words in its place"), str(who)))
        del rest[WORDS_BY]
    return (*told, *plain_pairs(rest))


def _kept_until(told: str) -> str:
    return day(date.fromisoformat(told)) if told else _("No such day")


def plain_pairs(value: dict[str, Any], prefix: str = "") -> Rows:
    """A tree of values as a flat list of names and words."""
    pairs: list[tuple[str, str]] = []
    for name, inner in value.items():
        key = f"{prefix}{name}"
        if isinstance(inner, dict):
            pairs += plain_pairs(inner, f"{key} › ")
        elif isinstance(inner, list):
            pairs.append((key, "; ".join(map(str, inner))))
        elif inner not in (None, ""):
            pairs.append((key, str(inner)))
    return tuple(pairs)
