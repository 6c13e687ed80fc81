"""The pages that ask what the contributor allows: other people, who may see it, and how the giver is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from flask import url_for

from archive.models import Audience
from archive.models.errors import BadInputError
from archive.profiles import CollectionProfile
from archive.services.answers import (
    Answers,
    Trouble,
    consent_troubles,
    licences,
    name_troubles,
    people_troubles,
    places_said,
    too_long,
)
from archive.services.drafts import DraftView
from archive.services.whole_day import read_day
from archive.web import giving_words as words
from archive.web.i18n import language
from archive.web.pages_about import ABOUT_PEOPLE, date_words
from archive.web.pages_form import Option, Question, one_of, question_of
from archive.web.pages_give import GivePage, base
from archive.web.town_answers import town_field
from archive.web.words import _, day

# The day that the help beside a day is written with.
EXAMPLE = date(2030, 3, 25)
FORGET = "forget_places"


def people_page(profile: CollectionProfile, draft: DraftView, *, told: bool = False) -> GivePage:
    """Who else is in it, and did they agree."""
    answers = draft.answers
    why = people_troubles(answers)
    questions = [
        one_of(
            "people",
            _("Can living people be seen, heard or recognized in it?"),
            words.PEOPLE,
            answers.people,
            why.get("people"),
        )
    ]
    named = profile.field(ABOUT_PEOPLE)
    if named is not None:
        text = answers.about.get(ABOUT_PEOPLE, "")
        questions.append(question_of(profile, named, text, too_long(ABOUT_PEOPLE, text).get(ABOUT_PEOPLE)))
    questions.append(
        Question(
            "people_words",
            _("Anything we should know about them"),
            "area",
            _("Only those who look after the archive read this."),
            answers.people_words,
            trouble=words.trouble(why.get("people_words")),
            optional=True,
        )
    )
    page = base(draft, "people", *questions, told=told)
    return _with_clauses(page, profile, "others")


def show_page(
    profile: CollectionProfile, draft: DraftView, *, told: bool = False, is_sent: bool = False
) -> GivePage:
    """May it be kept, who may see it, when, with which place, and what may others do with it.

    Of what `is_sent` no town is demanded: whoever wants less of it shown is not to be held up.
    """
    answers = draft.answers
    why = consent_troubles(profile, answers, language(), needs_towns=not is_sent, put_off=draft.put_off)
    keep = Option("yes", _("Yes, keep it"), "", answers.keep == "yes")
    audiences = {name.value: words.AUDIENCES[name] for name in Audience}
    questions = [
        Question(
            "keep",
            _heading(profile, "keep"),
            "yes",
            _clause(profile, "keep"),
            "",
            (keep,),
            words.trouble(why.get("keep")),
        ),
        one_of("audience", _("Who may see it?"), audiences, answers.audience, why.get("audience")),
        _day_question(
            "not_before",
            _("Not before a day"),
            _beside_staff(draft)
            + _("Until then nobody else sees it. Leave it empty if it may be shown at once."),
            answers.not_before,
            why,
        ),
        _day_question(
            "not_after",
            _("Not after a day"),
            _("From the next day on it is hidden again. Leave it empty if there is no such day."),
            answers.not_after,
            why,
        ),
    ]
    places = places_said(profile, answers)
    # What was sent may be known by coordinates alone, and be given a place by those who describe it.
    if places or is_sent:
        questions.append(
            one_of(
                "place_precision",
                _("How exactly may the place be shown?"),
                words.PRECISIONS,
                answers.place_precision,
                why.get("place_precision"),
            )
        )
        questions += [
            Question(
                town_field(place),
                _("Shown instead of “%(place)s”, if only the town is shown", place=place),
                help=_("Left empty, nobody else is shown this place.") if is_sent else "",
                value=answers.places_shown.get(place, ""),
                trouble=words.trouble(why.get(f"town:{place}")),
                optional=True,
            )
            for place in places
        ]
    ask = Option("", _("Look at it here, and ask for anything more"), "", not answers.reuse)
    offered = tuple(
        Option(uri, text, "", uri == answers.reuse) for uri, text in licences(profile, language())
    )
    questions.append(
        Question(
            "reuse",
            _("What may others do with it?"),
            "list",
            _clause(profile, "reuse"),
            answers.reuse,
            (ask, *offered),
            words.trouble(why.get("reuse")),
        )
    )
    return _with_clauses(base(draft, "show", *questions, told=told), profile, "show")


def forget_question(answers: Answers, *, is_ticked: bool) -> Question:
    """Whether places that nobody else is to be shown are to be known to nobody at all."""
    return Question(
        FORGET,
        _("Shall the place be forgotten here too?"),
        "yes",
        _(
            "Otherwise those who look after the archive read it still, and it is kept with what you gave. Forgotten, "
            "it is in no record here and in nothing that leaves the archive any more; only the town stays, where you "
            "named one. This cannot be undone. It cannot be taken out of your own words, such as a title or a message, "
            "of copies that have left the archive, of backups made before, or of the original itself: it is kept as "
            "you gave it, and a photograph may tell where it was taken."
        ),
        options=(Option("yes", _("Forget the exact place"), "", is_ticked),),
        trouble=_("Choose above that only the town is shown, or no place.")
        if is_ticked and answers.place_precision == "exact"
        else "",
        optional=True,
    )


def name_page(profile: CollectionProfile, draft: DraftView, *, told: bool = False) -> GivePage:
    """How shall we name you."""
    answers, why = draft.answers, name_troubles(draft.answers)
    questions = (
        one_of("naming", _("How shall we name you?"), words.NAMING, answers.naming, why.get("naming")),
        Question(
            "name_shown",
            _("The name that is shown"),
            value=answers.name_shown,
            trouble=words.trouble(why.get("name_shown")),
            optional=True,
        ),
    )
    return _with_clauses(base(draft, "name", *questions, told=told), profile, "name")


def answered(
    profile: CollectionProfile, draft: DraftView, *, names_places: bool = True
) -> list[tuple[str, str, str]]:
    """The answers that are not about a thing: question, answer, where to change it.

    Without `names_places` what is shown instead of places stands by itself: paper is read by others too.
    """
    answers = draft.answers
    show, name, people = (url_for(f"contribute.{step}") for step in ("show", "name", "people"))
    chosen = dict(licences(profile, language())).get(
        answers.reuse, _("Look at it here, and ask for anything more")
    )
    rows = [
        (_("Other people in it"), _of(words.PEOPLE, answers.people), people),
        (_heading(profile, "keep"), _("Yes, keep it") if answers.keep == "yes" else "", show),
        (_("Who may see it?"), _of(words.AUDIENCES, answers.audience), show),
        (_("Not before a day"), _in_words(answers.not_before), show),
        (_("Not after a day"), _in_words(answers.not_after), show),
        (_("The place"), _of(words.PRECISIONS, answers.place_precision), show),
        *((label, town, show) for label, town in _towns(profile, answers, names_places=names_places)),
        (_("What may others do with it?"), chosen, show),
        (_("Your name"), _of(words.NAMING, answers.naming), name),
        (_("The name that is shown"), answers.name_shown if answers.naming != "no-name" else "", name),
    ]
    return [row for row in rows if row[1]]


def put_off_until(theirs: date | None) -> list[tuple[str, str, str]]:
    """Until when staff keep it back, told apart from the days of who gave it; as `answered`, with nowhere to change it."""
    label = _("Put off by those who look after the archive")
    return [(label, _("until %(day)s", day=day(theirs)), "")] if theirs else []


def _towns(profile: CollectionProfile, answers: Answers, *, names_places: bool) -> list[tuple[str, str]]:
    if answers.place_precision != "town":
        return []
    shown = answers.places_shown
    if names_places:
        places = dict.fromkeys((*places_said(profile, answers), *shown))
        return [
            (
                _("Shown instead of “%(place)s”, if only the town is shown", place=place),
                shown.get(place, "") or _("nothing: nobody else is shown this place"),
            )
            for place in places
        ]
    together = "; ".join(sorted({town for town in shown.values() if town}))
    return [(_("What is shown instead, if only the town is shown"), together)]


def _of(table: Mapping[str, tuple[object, object]], value: str) -> str:
    return str(table[value][0]) if value in table else ""


def _day_question(name: str, label: str, help: str, value: str, why: Mapping[str, Trouble]) -> Question:
    # A line, not a browser's field of dates: that one follows the language of the browser, takes no words, and
    # shows nothing of an answer that cannot be used.
    trouble = why.get(name)
    return Question(
        name,
        label,
        help=f"{help} {_('Write it as you like, such as %(day)s.', day=day(EXAMPLE))}",
        value=value,
        trouble=words.trouble(trouble),
        understood=_understood(value),
        readings=tuple(Option(edtf, text) for edtf, text in trouble.choices) if trouble else (),
        optional=True,
    )


def _beside_staff(draft: DraftView) -> str:
    """What is said at the first day, beside the one that staff chose."""
    if draft.put_off is None:
        return ""
    theirs = _(
        "Those who look after the archive have put it off until %(day)s: nobody else sees it before, also where "
        "your own day is sooner.",
        day=day(draft.put_off),
    )
    return f"{theirs} "


def _understood(text: str) -> str:
    try:
        found = read_day(text, language())
    except BadInputError:
        return ""
    return date_words(found.isoformat()) if found else ""


def _in_words(text: str) -> str:
    """A day in words, or what was written where that is none."""
    try:
        found = read_day(text, language())
    except BadInputError:
        return text
    return day(found) if found else ""


def _with_clauses(page: GivePage, profile: CollectionProfile, *ids: str) -> GivePage:
    clauses = profile.agreement.clauses.get(language(), ())
    return replace(page, clauses=tuple(one for one in clauses if one.id in ids))


def _heading(profile: CollectionProfile, clause_id: str) -> str:
    clauses = profile.agreement.clauses.get(language(), ())
    return next((one.heading for one in clauses if one.id == clause_id), "")


def _clause(profile: CollectionProfile, clause_id: str) -> str:
    clauses = profile.agreement.clauses.get(language(), ())
    return next((one.text for one in clauses if one.id == clause_id), "")
