"""The rooms of the desk, and the ways between them: one line a room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for

from archive.access import Actor, may_keep_words
from archive.models import Right
from archive.services import care, gap_acknowledging
from archive.services.care import CareView
from archive.web.visitors import the_archive, visitor
from archive.web.words import later

# Endpoint, its words, and the right it takes, or what decides. A room is shown to those alone who may enter it.
ROOMS: tuple[tuple[str, Any, Right | Callable[[Actor], bool]], ...] = (
    ("preserve.desk", later("Queue"), Right.SEE_ALL),
    ("correspondence.waiting", later("Messages"), Right.REVIEW),
    ("requests.waiting", later("What people ask"), Right.REVIEW),
    ("batch.choose", later("Change many at once"), Right.REVIEW),
    ("spreadsheet.both_ways", later("As a spreadsheet"), Right.REVIEW),
    ("bringing.all_imports", later("Bring in"), Right.BRING_IN),
    ("exports.all_exports", later("Exports"), Right.EXPORT),
    ("authorities.listed", later("Names and words"), may_keep_words),
    ("stories_desk.listed", later("Stories"), Right.WRITE_PAGES),
    ("collections_desk.listed", later("Collections"), Right.WRITE_PAGES),
    ("fixity.look", later("Fixity"), Right.AUDIT),
    ("copies_desk.stores", later("Copies"), Right.AUDIT),
    ("holdings.held", later("What is held"), Right.AUDIT),
    ("ledger_desk.look", later("The public ledger"), gap_acknowledging.answers_for_all),
    ("audit.events", later("Who did what"), Right.AUDIT),
    ("people.everybody", later("People"), Right.ADMINISTER),
    ("queue.care_form", later("Care"), Right.SEE_ALL),
)


@dataclass(frozen=True)
class Room:
    """A way to a room of the desk."""

    href: str
    words: str
    is_here: bool


def desk_rooms() -> tuple[Room, ...]:
    """The rooms that this visitor may enter, on pages of the desk; none elsewhere."""
    if not _is_at_desk():
        return ()
    actor = visitor().actor
    return tuple(
        Room(_way_to(endpoint), str(words), endpoint == request.endpoint)
        for endpoint, words, right in ROOMS
        if (actor.has(right) if isinstance(right, Right) else right(actor))
    )


def _way_to(endpoint: str) -> str:
    return url_for(endpoint, room="agents") if endpoint == "authorities.listed" else url_for(endpoint)


def desk_care() -> CareView | None:
    """How this visitor wishes to meet things, on pages of the desk; None elsewhere."""
    if not _is_at_desk():
        return None
    if "desk_care" not in g:
        g.desk_care = care.of(the_archive(), visitor().actor)
    chosen: CareView = g.desk_care
    return chosen


def listed_care() -> CareView | None:
    """How this visitor wishes to meet things, where a list told that something of the desk is on the page; None elsewhere."""
    found: CareView | None = g.get("listed_care")
    return found


def lists_work() -> CareView:
    """How this visitor wishes to meet what is not open yet, on a page like everyone's; it has the sheet of the desk then."""
    if "listed_care" not in g:
        g.listed_care = desk_care() or care.of(the_archive(), visitor().actor)
    chosen: CareView = g.listed_care
    return chosen


def be_at_desk() -> None:
    """Have this page be one of the desk, wherever its address is."""
    g.is_at_desk = True


def _is_at_desk() -> bool:
    at_desk = request.path == "/desk" or request.path.startswith("/desk/") or "is_at_desk" in g
    return at_desk and visitor().signed_in and visitor().is_staff
