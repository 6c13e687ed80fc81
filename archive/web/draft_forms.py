"""The forms of the way on which somebody gives: what each shows of the answers, and how what is typed is put among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from archive.profiles import CollectionProfile
from archive.services.answers import ALL_TOGETHER, DATE, Answers, asked_about, places_said
from archive.services.drafts import DraftView
from archive.services.meanwhile import mark, reconcile
from archive.web.date_answers import reading_answer
from archive.web.described_form import ABOUT, MARK, typed_of_thing
from archive.web.giving import Giving
from archive.web.pages_about import ABOUT_PEOPLE
from archive.web.pages_form import Question
from archive.web.pages_give import GivePage
from archive.web.town_answers import town_field

WHAT, COLLECTION = "what", "collection"
PEOPLE, NAME = ("people", "people_words"), ("naming", "name_shown")
CONSENT, DAYS = ("keep", "audience", "place_precision", "reuse"), ("not_before", "not_after")


@dataclass(frozen=True)
class DraftForm:
    """One form: `key` is its step, or the file it is about; `shown` gives by question what it shows of the answers.

    The names are those of its fields.

    `put` gives what is answered anew when so much was typed.
    """

    key: str
    shown: Callable[[Answers], dict[str, str]]
    put: Callable[[Answers, Mapping[str, str]], dict[str, Any]]
    template: str = "questions"


@dataclass(frozen=True)
class Sides:
    """A draft with what was typed into a form, `mark` of what stands, and the questions that another page answered too."""

    draft: DraftView
    mark: str
    crossed: frozenset[str]


def what_form(draft: DraftView) -> DraftForm:
    """What is shared, and with which collection."""

    def shown(answers: Answers) -> dict[str, str]:
        return {WHAT: answers.what, COLLECTION: draft.collection}

    return DraftForm(WHAT, shown, lambda _answers, typed: dict(typed), WHAT)


def about_form(profile: CollectionProfile) -> DraftForm:
    """What is said of all of it together."""
    names = _named(profile, but=ABOUT_PEOPLE)

    def put(answers: Answers, typed: Mapping[str, str]) -> dict[str, Any]:
        return {
            "about": answers.about | _plain(typed),
            "date_choices": _readings(answers, ALL_TOGETHER, typed),
        }

    return DraftForm("about", lambda answers: _from(answers.about, names), put, "about")


def apart_form(profile: CollectionProfile, draft: DraftView, file_id: str) -> DraftForm:
    """What is said of one thing, of which only that is kept which is different from what is said of all."""
    names = _named(profile)
    thing = next(one for one in draft.things if any(file.id == file_id for file in one))
    ids = [one.id for one in thing]

    def put(answers: Answers, typed: Mapping[str, str]) -> dict[str, Any]:
        said, known = answers.of(ids) | _plain(typed), answers.about
        different = {name: text for name, text in said.items() if text.strip() != known.get(name, "").strip()}
        others = {key: value for key, value in answers.apart.items() if key != file_id}
        return {
            "apart": others | ({file_id: different} if different else {}),
            "date_choices": _readings(answers, file_id, typed),
        }

    return DraftForm(file_id, lambda answers: _from(answers.of(ids), names), put, "apart")


def people_form(profile: CollectionProfile) -> DraftForm:
    """Who else is in it."""
    names = [ABOUT + ABOUT_PEOPLE] if profile.field(ABOUT_PEOPLE) else []

    def put(answers: Answers, typed: Mapping[str, str]) -> dict[str, Any]:
        return {"about": answers.about | _plain(typed), **_of(typed, PEOPLE)}

    return DraftForm("people", lambda answers: _of(vars(answers), PEOPLE) | _from(answers.about, names), put)


def show_form(profile: CollectionProfile) -> DraftForm:
    """Who may see it, and how."""

    def shown(answers: Answers) -> dict[str, str]:
        towns = {
            town_field(place): answers.places_shown.get(place, "") for place in places_said(profile, answers)
        }
        return _of(vars(answers), (*CONSENT, *DAYS)) | towns

    def put(answers: Answers, typed: Mapping[str, str]) -> dict[str, Any]:
        said = {**shown(answers), **typed}
        # Of places alone that are still said: what stood for another is for nobody any more.
        towns = {place: said[town_field(place)] for place in places_said(profile, answers)}
        return {"places_shown": towns, **_of(typed, (*CONSENT, *DAYS))}

    return DraftForm("show", shown, put)


def name_form(_profile: CollectionProfile) -> DraftForm:
    """How the giver is named."""
    return DraftForm(
        "name", lambda answers: _of(vars(answers), NAME), lambda _answers, typed: _of(typed, NAME)
    )


def save(here: Giving, form: DraftForm, typed: Mapping[str, str]) -> DraftView:
    """Keep what was typed. Where another page was saved since this one was opened, both keep what they say.

    What is only left as it stood writes over nothing; what both have changed is kept apart until somebody chooses.
    """
    seen = request.form.get(MARK, "")

    def change(answers: Answers) -> dict[str, Any]:
        stands, before = form.shown(answers), answers.crossed.get(form.key, {})
        found = reconcile(stands, {name: text for name, text in typed.items() if name in stands}, seen)
        crossed = {name: text for name, text in before.items() if name not in typed} | found.crossed
        others = {key: value for key, value in answers.crossed.items() if key != form.key}
        return form.put(answers, found.taken) | {"crossed": others | ({form.key: crossed} if crossed else {})}

    return here.save(change)


def sides(form: DraftForm, draft: DraftView) -> Sides:
    """What the page of a form shows: what stands, and in its place what was typed while another page said otherwise."""
    typed = draft.answers.crossed.get(form.key, {})
    stands = form.shown(draft.answers)
    typed = {name: text for name, text in typed.items() if name in stands}
    put = form.put(draft.answers, typed)
    answers = Answers.from_json({**draft.answers.to_json(), **put})
    both = replace(draft, answers=answers, collection=put.get(COLLECTION, draft.collection))
    return Sides(both if typed else draft, mark(stands), frozenset(typed))


def said_there(page: GivePage, names: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """What stands in the place of what was typed, in words: label and answer of each of these questions."""
    asked = (*page.questions, *page.more)
    return tuple((one.label, _in_words(one)) for one in asked if one.name in names)


def typed_about(profile: CollectionProfile) -> dict[str, str]:
    """What was typed into questions about a thing, also where it was left empty."""
    return {ABOUT + name: text for name, text in typed_of_thing(asked_about(profile)).items()}


def typed_of(names: Iterable[str], beginning: str = "\0") -> dict[str, str]:
    """What was typed and chosen under these names, and under those that begin so: of places, each asked about by itself."""
    form = request.form
    return {name: form.get(name, "") for name in names} | {
        name: text for name, text in form.items() if name.startswith(beginning)
    }


def _in_words(question: Question) -> str:
    chosen = [one.words for one in question.options if one.chosen]
    return "\n".join(chosen) if question.options else question.value


def _named(profile: CollectionProfile, but: str = "") -> list[str]:
    return [ABOUT + one.name for one in asked_about(profile) if one.name != but]


def _from(said: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: said.get(name.removeprefix(ABOUT), "") for name in names}


def _plain(typed: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(ABOUT): text for name, text in typed.items() if name.startswith(ABOUT)}


def _of(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    return {name: values[name] for name in names if name in values}


def _readings(answers: Answers, whose: str, typed: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Which reading of a date that is not clear is meant, beside what was chosen before."""
    kept = answers
    for text, meant in reading_answer(DATE, typed.get(ABOUT + DATE, "")).items():
        # What is chosen for all together stays theirs, so that it can be changed for all of them.
        if answers.readings([whose] if whose else []).get(text, "") != meant:
            kept = replace(kept, date_choices=kept.with_reading(whose, text, meant))
    return kept.date_choices
