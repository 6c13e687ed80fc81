"""The desk's pages of what people ask about items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from archive.models import Answer, Asked, ItemState, Right, today
from archive.services.requests import CHOICES, LONGEST_REASON, PER_PAGE, WITHOUT_WORDS, RequestView
from archive.services.taken_out import TAKEN_OUT
from archive.services.views import ItemView
from archive.web import labels, labels_asked
from archive.web.pages_form import Question, one_of, too_long
from archive.web.pages_list import Pager, pager
from archive.web.visitors import Visitor
from archive.web.words import _, day, days_ago


@dataclass(frozen=True)
class Line:
    """One request in a list: what is asked, about what, and the days in quiet words."""

    href: str
    kind: str
    title: str
    when: str


@dataclass(frozen=True)
class RequestsPage:
    """What waits for an answer, or what was decided."""

    decided: bool
    total: int
    lines: tuple[Line, ...]
    tabs: tuple[tuple[str, str, bool], ...]
    pager: Pager


@dataclass(frozen=True)
class RequestPage:
    """One request; `choices` are None once it is decided, then `decision` says what, `decided` by whom and when.

    `is_off`: the item is off the public pages, and nobody decided so. `against` says why it cannot be shown again by this answer; `lost` is what this visitor wrote for a decision that somebody else made first.
    """

    id: str
    item_id: str
    title: str
    state: str
    kind: str
    why: str
    words: str
    name: str
    when: str
    may_hide: bool
    is_hidden: bool
    is_off: bool
    against: str
    may_read_contact: bool
    choices: Question | None
    reason: str
    lost: str
    needs_reason: bool
    shows_again: bool
    trouble: str
    reason_trouble: bool
    asks_anyway: bool
    decision: str
    decided: str


@dataclass(frozen=True)
class AboutPage:
    """Everything that was asked about one item, and its notes: id, words, name."""

    item_id: str
    title: str
    lines: tuple[Line, ...]
    notes: tuple[tuple[str, str, str], ...]


def requests_page(total: int, found: Sequence[RequestView], number: int, *, decided: bool) -> RequestsPage:
    """The list, 50 a page."""
    state = "decided" if decided else None

    def href(page: int = 1) -> str:
        return url_for("requests.waiting", state=state, page=page if page > 1 else None)

    return RequestsPage(
        decided=decided,
        total=total,
        lines=tuple(_line(one) for one in found),
        tabs=(
            (_("Waiting for an answer"), url_for("requests.waiting"), not decided),
            (_("Decided"), url_for("requests.waiting", state="decided"), decided),
        ),
        pager=pager(number, max(1, -(-total // PER_PAGE)), href),
    )


def request_page(
    seen: RequestView,
    visitor: Visitor,
    names: Mapping[str, str],
    *,
    decision: str,
    reason: str,
    again: bool,
    trouble: str,
) -> RequestPage:
    """One request, with what was typed when it could not be decided."""
    words_trouble = trouble == "reason-needed"
    by = labels.by(names, seen.decided_by)
    return RequestPage(
        id=seen.id,
        item_id=seen.item_id,
        title=seen.item_title or _("Without a title"),
        state=labels.of(labels.STATES, seen.item_state),
        kind=labels.of(labels_asked.KINDS, seen.kind),
        why=str(labels_asked.WHY[seen.why][0]) if seen.why in labels_asked.WHY else "",
        words=seen.words,
        name=seen.name,
        when=_when(seen),
        may_hide=not seen.decision and seen.item_state == ItemState.PUBLISHED and seen.kind != Asked.NOTE,
        is_hidden=not seen.decision and seen.item_state == ItemState.ACCEPTED,
        is_off=seen.item_state == ItemState.ACCEPTED
        and seen.kind != Asked.NOTE
        and seen.decision != Answer.TAKEN_DOWN,
        against=_against().get(seen.against, ""),
        may_read_contact=seen.has_contact and visitor.actor.has(Right.READ_CONTACTS, seen.collection),
        choices=None if seen.decision else _choices(seen, decision),
        reason=seen.reason if seen.decision else reason,
        lost=reason if seen.decision else "",
        needs_reason=not WITHOUT_WORDS.intersection(CHOICES[seen.kind]),
        shows_again=again,
        trouble=(too_long(LONGEST_REASON, reason.strip()) if words_trouble else "")
        or _trouble(trouble, reason),
        reason_trouble=words_trouble,
        asks_anyway=trouble == TAKEN_OUT,
        decision=str(labels_asked.CHOICES[seen.decision][0]) if seen.decision else "",
        decided=_("%(name)s, %(day)s", name=by, day=day(seen.decided_on)) if seen.decided_on else "",
    )


def about_page(item: ItemView, found: Sequence[RequestView]) -> AboutPage:
    """What was asked about an item."""
    notes = tuple((one.id, one.words, one.name) for one in item.notes)
    return AboutPage(item.id, item.title or _("Without a title"), tuple(_line(one) for one in found), notes)


def _choices(seen: RequestView, chosen: str) -> Question:
    words = {one: labels_asked.CHOICES[one] for one in CHOICES[seen.kind]}
    return one_of("decision", _("Your decision"), words, chosen)


def _against() -> dict[str, str]:
    """Why an answer cannot show an item again."""
    return {
        "taken-down": _(
            "It is not shown again by this answer: it was taken down because somebody else asked, and they were told so. Whoever decides otherwise publishes it on its own page."
        ),
        "request-waits": _(
            "It is not shown again by this answer: somebody else asked about it too, and has no answer yet. Answer them first."
        ),
    }


def _trouble(code: str, typed: str) -> str:
    return {
        **_against(),
        "": "",
        "reason-needed": _("Write to whoever asked why, in 1 to 5,000 characters."),
        "no-such-decision": _("Please choose one."),
        TAKEN_OUT: _(
            "Words in it were taken out of a file of the item. Do not show it, or tick “Say it all the same”."
        ),
        "already-decided": _("Somebody else has decided about this already.")
        + (" " + _("What you wrote is still here.") if typed else ""),
    }.get(code, _("This is not a decision that can be made now."))


def _line(one: RequestView) -> Line:
    return Line(
        url_for("requests.one", request_id=one.id),
        labels.of(labels_asked.KINDS, one.kind),
        one.item_title or _("Without a title"),
        _when(one),
    )


def _when(one: RequestView) -> str:
    asked = days_ago((today() - one.asked_on).days)
    if one.decision:
        words = str(labels_asked.CHOICES[one.decision][0])
        return f"{words}, {day(one.decided_on)}" if one.decided_on else words
    due = _("answer due by %(day)s", day=day(one.due_on))
    if one.due_on < today():
        due = _("an answer was promised by %(day)s", day=day(one.due_on))
    return f"{asked}, {due}"
