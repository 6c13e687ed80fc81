"""Words for what is asked about items and for what was decided: for whoever asks, and for the desk."""

from __future__ import annotations

from datetime import date
from typing import Any

import flask_babel

from archive.models import Answer, Asked, today
from archive.services.asked_about import AskedAbout
from archive.web.words import _, day, later

ASKED: dict[str, tuple[Any, Any]] = {
    Asked.TAKE_DOWN: (
        later("That it is taken down"),
        later("It can be off every page at once, while we think with care."),
    ),
    Asked.CORRECTION: (later("That something is put right"), ""),
    Asked.NOTE: (
        later("Nothing: I know something about it"),
        later("Who is shown, where it was, what happened."),
    ),
}
# The same at the desk.
KINDS: dict[str, Any] = {
    Asked.TAKE_DOWN: later("Please take it down"),
    Asked.CORRECTION: later("A correction"),
    Asked.NOTE: later("Something somebody knows"),
}
WHY: dict[str, tuple[Any, Any]] = {
    "shown": (later("I can be recognized in it"), ""),
    "family": (later("Somebody of my family can be recognized, or it was theirs"), ""),
    "mine": (later("It is mine, and I did not give it"), ""),
    "harm": (later("It harms somebody"), ""),
    "other": (later("Another reason"), ""),
}
# What whoever asked reads.
ANSWERS: dict[str, Any] = {
    Answer.TAKEN_DOWN: later("It was taken down. Copies that others already made cannot be called back."),
    Answer.NARROWED: later("Less of it is shown, or to fewer people."),
    Answer.CORRECTED: later("It was put right."),
    Answer.KEPT: later("It stays as it is."),
    Answer.SHOWN: later("What you know stands beside it now. Thank you."),
    Answer.NOT_SHOWN: later("What you wrote was read, and is not shown."),
    Answer.GONE: later("It is not here any more."),
}
# What a curator chooses, with what it does.
CHOICES: dict[str, tuple[Any, Any]] = {
    Answer.TAKEN_DOWN: (
        later("Taken down"),
        later(
            "It leaves the public pages at once and stays accepted. To hide it for good or destroy it, go to its page."
        ),
    ),
    Answer.NARROWED: (
        later("Narrowed"),
        later("You have changed who sees it, or hidden a part of it. Do that first, on its page."),
    ),
    Answer.CORRECTED: (later("Put right"), later("You have changed what is said of it. Do that first.")),
    Answer.KEPT: (later("Kept as it is"), later("Say kindly why: they will read it.")),
    Answer.SHOWN: (
        later("Shown beside it"),
        later("It stands on the item’s page, as it was written, and in its record."),
    ),
    Answer.NOT_SHOWN: (later("Not shown"), later("Say kindly why: they will read it.")),
    Answer.GONE: (later("Destroyed before anybody decided"), ""),
}


def waiting_words(asked: AskedAbout) -> str:
    """That somebody waits for an answer, and until when one was promised; nothing where nobody does."""
    if not asked.waiting or asked.due_on is None:
        return ""
    words = flask_babel.ngettext(
        "%(num)s request waits for an answer.", "%(num)s requests wait for an answer.", asked.waiting
    )
    return f"{words} {_due(asked.due_on)}"


def _due(on: date) -> str:
    if on < today():
        return _("An answer was promised by %(day)s.", day=day(on))
    return _("An answer is due by %(day)s.", day=day(on))
