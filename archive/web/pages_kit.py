"""What the pages of the offline kit ask: the same questions in the same words as the archive's own pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.models import Audience
from archive.profiles import Clause, CollectionProfile, say
from archive.services import codes
from archive.services.answers import asked_about, licences
from archive.services.consent_columns import CONSENT_COLUMNS, CONSENT_PREFIX
from archive.web import giving_words as words
from archive.web.i18n import language
from archive.web.pages_form import Option, Question, one_of, question_of
from archive.web.words import _

RETURN_CODE = "return_code"


@dataclass(frozen=True)
class KitPage:
    """Everything that the pages of the kit show in one language; `for_script` is what its script needs to know.

    `town` is asked of each place that was written, whose name its script puts into the label.
    """

    title: str
    agreement: tuple[Clause, ...]
    together: Question
    about: tuple[Question, ...]
    more: tuple[Question, ...]
    people: tuple[Question, ...]
    show: tuple[Question, ...]
    town: Question
    name: tuple[Question, ...]
    example: dict[str, str]
    for_script: dict[str, Any]


def kit_page(profile: CollectionProfile) -> KitPage:
    """The questions of a collection in the language of the page."""
    asked = [(one, question_of(profile, one, "")) for one in asked_about(profile) if one.column]
    questions = {question.name: field.column for field, question in asked}
    places = [question.name for field, question in asked if field.kind == "place"]
    agreement = profile.agreement
    return KitPage(
        title=say(profile.title, language()),
        agreement=agreement.clauses[language()],
        together=one_of("together", _("How do the files belong together?"), words.TOGETHER, ""),
        about=tuple(question for field, question in asked if not field.later),
        more=tuple(question for field, question in asked if field.later),
        people=_people(),
        show=_show(profile),
        town=Question("town", _("Shown instead of “%(place)s”, if only the town is shown")),
        name=_name(),
        example=_example(profile),
        for_script={
            "columns": columns_of(profile),
            "code": {"words": codes.word_list(language()), "before": codes.OF_KIT},
            "about": questions,
            "required": [question.name for field, question in asked if field.required],
            "places": places,
            "dates": [question.name for field, question in asked if field.kind == "date"],
            "agreement": {
                "consent_agreement_version": agreement.version,
                "consent_agreement_language": language(),
                "consent_agreement_fingerprint": agreement.fingerprint,
            },
            "words": _words(),
        },
    )


def columns_of(profile: CollectionProfile) -> tuple[str, ...]:
    """The header of the collection's table."""
    asked = (field.column for field in asked_about(profile) if field.column)
    return ("file", "item", *asked, *CONSENT_COLUMNS, RETURN_CODE)


def _example(profile: CollectionProfile) -> dict[str, str]:
    """What a row may hold, by column: for fields the help that the form gives, for consent the words to choose from."""
    fields = {one.column: say(one.help, language()) for one in asked_about(profile) if one.column}
    consent = {
        "keep": "yes / no",
        "audience": " / ".join(words.AUDIENCES),
        "not_before": "2030-03-25",
        "not_after": "2040-03-25",
        "place_precision": " / ".join(words.PRECISIONS),
        "place_shown": _(
            "The town that is shown instead of the place; of several places one for each, in their order"
        ),
        "reuse": "CC BY",
        "others": " / ".join(words.PEOPLE),
        "others_words": _("Anything we should know about them"),
        "naming": " / ".join(words.NAMING),
        "name_shown": _("The name that is shown"),
        "agreement_version": profile.agreement.version,
        "agreement_language": language(),
    }
    named = {CONSENT_PREFIX + part: text for part, text in consent.items()}
    # Of the code, whoever has one is shown what belongs there.
    code = {RETURN_CODE: _("What the page of the code shows at its end; empty if there is none")}
    return {"file": "photo-1.jpg", "item": "1"} | fields | named | code


def _people() -> tuple[Question, ...]:
    return (
        one_of("others", _("Can living people be seen, heard or recognized in it?"), words.PEOPLE, ""),
        Question(
            "others_words",
            _("Anything we should know about them"),
            "area",
            _("Only those who look after the archive read this."),
            optional=True,
        ),
    )


def _show(profile: CollectionProfile) -> tuple[Question, ...]:
    clauses = {clause.id: clause.text for clause in profile.agreement.clauses[language()]}
    audiences = {name.value: words.AUDIENCES[name] for name in Audience}
    ask = Option("", _("Look at it here, and ask for anything more"), "", True)
    offered = (Option(uri, text) for uri, text in licences(profile, language()))
    keep = (Option("yes", _("Yes, keep it")),)
    return (
        Question("keep", _("May we keep it?"), "yes", clauses["keep"], options=keep),
        one_of("audience", _("Who may see it?"), audiences, ""),
        Question(
            "not_before",
            _("Not before a day"),
            "day",
            _("Until then nobody else sees it. Leave it empty if it may be shown at once."),
            optional=True,
        ),
        Question(
            "not_after",
            _("Not after a day"),
            "day",
            _("From the next day on it is hidden again. Leave it empty if there is no such day."),
            optional=True,
        ),
        one_of("place_precision", _("How exactly may the place be shown?"), words.PRECISIONS, ""),
        Question(
            "reuse", _("What may others do with it?"), "list", clauses["reuse"], options=(ask, *offered)
        ),
    )


def _name() -> tuple[Question, ...]:
    return (
        one_of("naming", _("How shall we name you?"), words.NAMING, ""),
        Question("name_shown", _("The name that is shown")),
    )


def _words() -> dict[str, str]:
    """What the script says."""
    troubles = ("required", "choose", "ends-before-it-begins", "which-town", "which-name")
    return {name: str(words.TROUBLES[name]) for name in troubles} | {
        "keep-needed": _("Without this the archive cannot take it in. You need not decide today."),
        "no-files": _("Choose at least one file."),
        "too-much": _("This is more than fits into one parcel (4 GB). Save it in two parts."),
        "empty-file": _("This file is empty: it holds nothing. Take it away, or choose it again."),
        "unreadable": _(
            "A file could not be read. Is the stick or card still there? Nothing is lost: choose it again."
        ),
        "take-away": _("Take away %(name)s"),
        "which-month": str(words.TROUBLES["date-ambiguous"]),
        "which-one": _("Which one do you mean?"),
        "code-again": _(
            "These are not the words of your code. Look at what you wrote, or do without a code."
        ),
        "different": _("Say something different about %(name)s"),
    }
