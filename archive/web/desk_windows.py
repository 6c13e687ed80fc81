"""Long forms of the desk as windows hold them: what was typed and not saved stands there again, of every window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import request

from archive.models import is_id
from archive.services.desk_drafts import OwnDraft, Window
from archive.web.words import day

WINDOW, BEGUN, THROW = "window", "begun", "throw"
# What the button says: keep it, or throw away what was typed here.
DO, KEEP, FORGET = "do", "keep", "forget"
# The address of the form with one of several drafts in it.
WHICH = "draft"

Words = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class OtherDraft:
    """A draft that stands in another window: when it was kept, and by question what it says."""

    window_id: str
    kept_on: str
    words: Words


@dataclass(frozen=True)
class Drafts:
    """What a form says of drafts: the window it is in, when what stands in it was kept, and what other windows hold."""

    window: Window = field(default_factory=Window)
    kept_on: str = ""
    others: tuple[OtherDraft, ...] = ()


def window_here() -> Window:
    """The window in which the form that was sent is open."""
    told = request.form.get(WINDOW, "")
    return Window(told, request.form.get(BEGUN, "")) if is_id(told) else Window()


def thrown_away() -> Window | None:
    """The window whose draft is to be thrown away; None where no such button was pressed."""
    if request.form.get(DO) == FORGET:
        return window_here()
    return Window(request.form[THROW]) if THROW in request.form else None


def chosen(own: Sequence[OwnDraft]) -> OwnDraft | None:
    """The draft that stands in the form: the one that was asked for, else the newest."""
    which = request.args.get(WHICH)
    return next((one for one in own if one.window_id == which), own[0] if own else None)


def drafts_shown(
    own: Sequence[OwnDraft], standing: OwnDraft | None, words: Callable[[Mapping[str, str]], Words]
) -> Drafts:
    """What a form says of the drafts that somebody has of it; `words` says by question what one says.

    With `standing` it is opened anew with that one in it; a form that was sent stays in the window it was in.
    """
    if standing:
        window = standing.opened()
    else:
        window = window_here() if request.method == "POST" else Window()
    others = (one for one in own if one.window_id != window.id and one.told != window.begun_with)
    return Drafts(
        window,
        day(standing.kept_on) if standing else "",
        tuple(OtherDraft(one.window_id, day(one.kept_on), words(one.typed)) for one in others),
    )


def told(window: Window) -> tuple[tuple[str, str], ...]:
    """A window as the hidden fields of a form."""
    return (WINDOW, window.id), (BEGUN, window.begun_with)
