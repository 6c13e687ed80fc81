"""The page on which somebody asks about an item, and the one on which they read the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from archive.models import Asked, new_id
from archive.services.asking import MOST, Answered, Asking, troubles
from archive.services.views import ItemView
from archive.web import labels, labels_asked
from archive.web.pages_form import Question, one_of, too_long
from archive.web.words import _, day


@dataclass(frozen=True)
class AskPage:
    """The form: its questions, what is in the way of them, and how many days an answer may take."""

    item_id: str
    title: str
    lang: str
    questions: tuple[Question, ...]
    troubles: tuple[Question, ...]
    show_troubles: bool
    trouble: str
    once: str
    days: int


@dataclass(frozen=True)
class AnswerPage:
    """How a request stands."""

    kind: str
    asked: str
    due: str
    decision: str
    reason: tuple[str, ...]
    decided: str


def ask_page(item: ItemView, typed: Asking, days: int, *, told: bool, trouble: str) -> AskPage:
    """The form about an item, with what was typed."""
    wrong = troubles(typed) if told else {}
    questions = tuple(_questions(typed, wrong))
    return AskPage(
        item_id=item.id,
        title=item.title or _("Without a title"),
        lang=labels.language_beside(item.written_in) if item.title else "",
        questions=questions,
        troubles=tuple(one for one in questions if one.trouble),
        show_troubles=told,
        trouble=_("More was sent within an hour than one person may send.") + " " + _("Go on in an hour.")
        if trouble
        else "",
        once=typed.once or new_id(),
        days=days,
    )


def answer_page(found: Answered) -> AnswerPage:
    """The answer to a request, or when it is due."""
    return AnswerPage(
        kind=labels.of(labels_asked.KINDS, found.kind),
        asked=day(found.asked_on),
        due=day(found.due_on),
        decision=labels.of(labels_asked.ANSWERS, found.decision) if found.decision else "",
        reason=tuple(part for part in found.reason.split("\n\n") if part.strip()),
        decided=day(found.decided_on) if found.decided_on else "",
    )


def _questions(typed: Asking, wrong: dict[str, str]) -> list[Question]:
    return [
        replace(
            one_of("kind", _("What do you ask for?"), labels_asked.ASKED, typed.kind),
            trouble=_("Please choose one.") if "kind" in wrong else "",
        ),
        replace(
            one_of("why", _("If it should be taken down: why?"), labels_asked.WHY, typed.why),
            optional=True,
            help=_("You owe nobody an explanation. It helps us to decide soon."),
        ),
        _typed(
            "words",
            _("In your words"),
            _("Say no more than you wish. Those who look after this collection read it."),
            typed.words,
            wrong,
            shape="area",
            # There a reason that is ticked is enough.
            missing=_("Please tick a reason above, or say it in a few words.")
            if typed.kind == Asked.TAKE_DOWN
            else "",
        ),
        _typed(
            "name",
            _("If you tell what you know: the name that stands beside it"),
            _("What you know is shown to everyone beside this item, once a curator has accepted it."),
            typed.name,
            wrong,
        ),
        _typed(
            "reach",
            _("How we may reach you"),
            _("It is locked away, and each look at it is written down. You can read the answer without it."),
            typed.reach,
            wrong,
        ),
    ]


def _typed(
    name: str,
    label: str,
    help: str,
    value: str,
    wrong: dict[str, str],
    *,
    shape: str = "line",
    missing: str = "",
) -> Question:
    troubles = {
        "missing": missing or _("Please say it in a few words."),
        "too-long": too_long(MOST[name], value),
    }
    return Question(
        name,
        label,
        shape,
        help,
        value,
        trouble=troubles.get(wrong.get(name, ""), ""),
        optional=shape == "line",
    )
