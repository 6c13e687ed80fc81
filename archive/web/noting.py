"""A content note stands before the thing, wherever staff work at it: until somebody asks for it, nothing of it is in the page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import render_template, request

from archive.models import ItemState, Right
from archive.services.views import ItemView
from archive.web import desk_nav, labels
from archive.web.visitors import visitor
from archive.web.words import _

SHOW = "show"


@dataclass(frozen=True)
class NotedPage:
    """The note of an item, `note_lang` where it is not in the language of the page, and the way to what it warns of."""

    id: str
    title: str
    content_note: str
    note_lang: str
    href: str


def note_first(item: ItemView) -> str | None:
    """The page with the content note alone, where there is one and nobody asked for the thing yet; else None.

    Whoever sends a form has been past it.
    """
    if not item.content_note or request.method not in ("GET", "HEAD") or is_asked_for():
        return None
    page = NotedPage(
        item.id,
        item.title or _("Without a title"),
        item.content_note,
        labels.language_beside(item.written_in),
        show_href(),
    )
    return render_template("preserve/noted.html", page=page)


def at_work(item: ItemView) -> str | None:
    """The same on the public page of what is not open yet, where only those who work with it look; it has their care too."""
    if not is_at_work(item.state, item.collection):
        return None
    desk_nav.be_at_desk()
    return note_first(item)


def is_at_work(state: str, collection: str) -> bool:
    """Whether something is not open yet, and whoever looks is of those who work with it."""
    return state != ItemState.PUBLISHED and visitor().actor.has(Right.SEE_ALL, collection)


def is_asked_for() -> bool:
    """Whether the thing is to be shown, and clearly."""
    return request.args.get(SHOW) == "1"


def shown_on() -> str | None:
    """What the address of the next page says of it, so that nobody is asked twice."""
    return "1" if is_asked_for() else None


def show_href() -> str:
    """The address of this same page with everything shown."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != SHOW]
    return f"{request.script_root}{quote(request.path)}?{urlencode([*asked, (SHOW, '1')])}"
