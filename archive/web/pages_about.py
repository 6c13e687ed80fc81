"""The pages that ask what can be said of it: of all together, and of one thing alone."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from flask import url_for

from archive.dates import in_words
from archive.profiles import CollectionProfile, say
from archive.services.answers import DATE, asked_about, understand_about
from archive.services.describing import Understanding
from archive.services.drafts import DraftView
from archive.web.i18n import language
from archive.web.pages_form import Question, answer_in_words, question_of
from archive.web.pages_give import GivenFile, GivePage, base, given_files
from archive.web.words import _

# The field of a profile that names people; it is asked together with whether they agreed.
ABOUT_PEOPLE = "people"


@dataclass(frozen=True)
class Thing:
    """What will be one item: its files, what is said of it, and where to say something else of it alone."""

    title: str
    files: tuple[GivenFile, ...]
    said: tuple[tuple[str, str], ...]
    href: str
    is_different: bool


@dataclass(frozen=True)
class AboutPage:
    """The page that asks about all of it together, with the things that can be told apart."""

    page: GivePage
    things: tuple[Thing, ...]


class MakePage(Protocol):
    """Makes the page of a form from what was answered so far."""

    def __call__(self, draft: DraftView, *, told: bool = False) -> GivePage | AboutPage: ...


def about_page(profile: CollectionProfile, draft: DraftView, *, told: bool = False) -> AboutPage:
    """What can be said of all of it."""
    page = _about(profile, draft, draft.answers.about, draft.answers.readings(), told=told)
    several = len(draft.things) > 1
    return AboutPage(page, things(profile, draft) if several else ())


def apart_page(
    profile: CollectionProfile, draft: DraftView, file_id: str, *, told: bool = False
) -> AboutPage:
    """What is different about one thing."""
    thing = next(one for one in draft.things if any(file.id == file_id for file in one))
    ids = [one.id for one in thing]
    said, readings = draft.answers.of(ids), draft.answers.readings(ids)
    page = _about(profile, draft, said, readings, told=told, names_people=True)
    shown = tuple(one for one in things(profile, draft) if one.files[0].id == thing[0].id)
    return AboutPage(page, shown)


def things(profile: CollectionProfile, draft: DraftView) -> tuple[Thing, ...]:
    """What will be one item each; of several, only what is different about each is told."""
    found: list[Thing] = []
    files = given_files(draft)
    for thing in draft.things:
        ids = [one.id for one in thing]
        answers = draft.answers
        said, readings = answers.of(ids), answers.readings(ids)
        date = said.get(DATE, "").strip()
        # The same words, and another day: that is a difference too.
        is_read_apart = readings.get(date, "") != answers.readings().get(date, "")
        if len(draft.things) > 1:
            said = {
                name: text
                for name, text in said.items()
                if text.strip() != answers.about.get(name, "").strip() or (name == DATE and is_read_apart)
            }
        found.append(
            Thing(
                answers.of(ids).get("title", "").strip() or thing[0].given_name,
                tuple(files[one] for one in ids),
                tuple(_said(profile, said, readings)),
                url_for("contribute.apart", file_id=thing[0].id),
                is_read_apart or any(answers.apart.get(one) for one in ids),
            )
        )
    return tuple(found)


def said_of_all(profile: CollectionProfile, draft: DraftView) -> tuple[tuple[str, str], ...]:
    """What is said of all things together, in words."""
    return tuple(_said(profile, draft.answers.about, draft.answers.readings()))


def _about(
    profile: CollectionProfile,
    draft: DraftView,
    said: Mapping[str, str],
    readings: Mapping[str, str],
    *,
    told: bool,
    names_people: bool = False,
) -> GivePage:
    """The questions; who is in all of it is asked on a page of its own, who is in one thing here."""
    given, troubles = understand_about(profile, said, readings, language())
    first: list[Question] = []
    later: list[Question] = []
    for one in asked_about(profile):
        if one.name == ABOUT_PEOPLE and not names_people:
            continue
        understood = date_understood(given, troubles) if one.name == DATE else ""
        question = question_of(
            profile,
            one,
            said.get(one.name, ""),
            troubles.get(one.name),
            understood=understood,
            choices=readings,
        )
        (later if one.later else first).append(question)
    page = base(draft, "about", *first, told=told)
    return replace(page, more=tuple(later))


def date_understood(given: Understanding, troubles: Container[str]) -> str:
    """How the date of a thing was understood, or that its words alone are kept; nothing while that is not decided."""
    if edtf := given.values.get("date_edtf"):
        return date_words(edtf)
    is_as_written = given.values.get("date_given") and DATE not in troubles
    return _("Kept as it is written, among what has no date.") if is_as_written else ""


def date_words(edtf: str) -> str:
    """How a date was understood, in words and as EDTF."""
    return _("Understood as: %(date)s (%(edtf)s)", date=in_words(edtf, language()), edtf=edtf)


def _said(
    profile: CollectionProfile, said: Mapping[str, str], choices: Mapping[str, str]
) -> list[tuple[str, str]]:
    given, troubles = understand_about(profile, said, choices, language())
    rows: list[tuple[str, str]] = []
    for one in asked_about(profile):
        text = said.get(one.name, "").strip()
        if not text:
            continue
        text = answer_in_words(profile, one, text)
        if one.name == DATE and (understood := date_understood(given, troubles)):
            text = f"{text} · {understood}"
        rows.append((say(one.label, language()), text))
    return rows
