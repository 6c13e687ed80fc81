"""Forms about what was given that keep what was typed, when somebody goes to another page instead of sending them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from archive.services import unsent_words
from archive.services.unsent_words import Kept
from archive.web.giving import Giving
from archive.web.saving_first import is_thrown_away, wished
from archive.web.words import day


@dataclass(frozen=True)
class KeptWords:
    """What a form tells of what is typed there: whether something typed before stands in it, and until when it is kept."""

    is_there: bool
    until: str


def saved_first(here: Giving, form: str, typed: Mapping[str, Any]) -> ResponseReturnValue | None:
    """Keep what was typed and lead where somebody wished to go; None where the form was sent.

    `typed` is empty where nothing was typed, which is nothing to keep.
    """
    there = wished(request.form)
    if not there:
        return None
    left = {} if is_thrown_away(request.form) else typed
    unsent_words.keep(here.archive, here.actor, here.submission_id, form, left)
    return redirect(there, 303)


def typed_before(here: Giving, form: str) -> Kept | None:
    """What was typed into a form and not sent."""
    return unsent_words.own(here.archive, here.actor, here.submission_id, form)


def sent(here: Giving, form: str) -> None:
    """What was typed into a form was sent, so nothing of it is kept apart."""
    unsent_words.forget(here.archive, here.actor, here.submission_id, form)


def told(here: Giving, kept: Kept | None) -> KeptWords:
    """What the page of a form says of it."""
    return KeptWords(kept is not None, day(kept.until if kept else unsent_words.last_day(here.archive)))
