"""The desk's queue as a page: what waits, who is at what, and ways to narrow it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from flask import url_for
from werkzeug.datastructures import MultiDict

from archive.models import ItemState, Right
from archive.profiles import say
from archive.services.desk_flags import FLAGS
from archive.services.desk_queue import ALL, PER_PAGE, WAITING, Asked, Queue, Queued
from archive.services.fixity_state import WELL, Alarm
from archive.services.opening import Archive
from archive.services.taking import Around
from archive.web import desk_words, labels, labels_asked
from archive.web.i18n import language
from archive.web.numbering import page_in
from archive.web.pages_list import ListedItem, Pager, listed, pager
from archive.web.visitors import Visitor
from archive.web.words import _, day

# A draft is its contributor's alone, at the desk too.
STATES = tuple(state.value for state in ItemState if state != ItemState.DRAFT)


@dataclass(frozen=True)
class Choice:
    """One value of a list to choose from."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class Tab:
    """A state, how much is in it, and the way there."""

    words: str
    count: int | None
    href: str
    is_chosen: bool


@dataclass(frozen=True)
class Line:
    """One item of the queue: since when it is here, who has it, who looks at it, and what this visitor may do."""

    id: str
    item: ListedItem
    received: str
    around: tuple[str, ...]
    is_mine: bool
    is_taken: bool
    may_take: bool
    is_shown: bool
    show_href: str


@dataclass(frozen=True)
class QueuePage:
    """A page of the queue; `state` is the one that was chosen, `back` all that was asked for, for those who come back."""

    total: int
    lines: tuple[Line, ...]
    tabs: tuple[Tab, ...]
    state: str
    collections: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    flags: tuple[Choice, ...]
    mine: bool
    is_narrowed: bool
    pager: Pager
    back: str
    has_messages: bool
    not_published_href: str
    alarm: Alarm
    asked: str


def asked_of(args: MultiDict[str, str], archive: Archive) -> Asked:
    """What an address asks for; what makes no sense in it is left out."""
    state, flag = args.get("state", ""), args.get("flag", "")
    collection, kind = args.get("collection", ""), args.get("kind", "")
    mine = args.get("mine") == "yes"
    return Asked(
        state=state if state in (*STATES, WAITING, ALL) else _unless_chosen(mine=mine),
        collection=collection if collection in archive.profiles else "",
        kind=kind if kind in dict(_kinds(archive)) else "",
        flag=flag if flag in FLAGS else "",
        mine=mine,
        page=page_in(args),
    )


def asked_in(query: str, archive: Archive) -> Asked:
    """The same of a query that a form carried along."""
    return asked_of(MultiDict(parse_qs(query)), archive)


def queue_href(asked: Asked, show: str = "") -> str:
    """The address of a page of the queue; with `show` at that item, its picture shown."""
    values: dict[str, Any] = _values(asked)
    if show:
        return f"{url_for('preserve.desk', **values, show=show)}#item-{show}"
    return url_for("preserve.desk", **values)


def queue_page(
    archive: Archive,
    visitor: Visitor,
    asked: Asked,
    queue: Queue,
    names: Mapping[str, str],
    *,
    shown: str = "",
    alarm: Alarm = WELL,
) -> QueuePage:
    """The page; `names` are the user names of those around, `shown` the item whose picture is asked for."""
    where = visitor.actor.collections_with(Right.SEE_ALL)
    mine = {slug: p for slug, p in archive.profiles.items() if where is None or slug in where}
    collections = ((slug, say(profile.title, language())) for slug, profile in mine.items())
    return QueuePage(
        total=queue.total,
        lines=tuple(_line(one, queue.around, visitor, names, asked, shown) for one in queue.items),
        tabs=_tabs(asked, queue),
        state=_values(asked).get("state", ""),
        collections=_choices(collections, asked.collection),
        kinds=_choices(_kinds(archive), asked.kind),
        flags=_choices(((name, str(words)) for name, words in desk_words.FLAGS.items()), asked.flag),
        mine=asked.mine,
        is_narrowed=asked.is_narrowed,
        pager=pager(
            asked.page,
            max(1, -(-queue.total // PER_PAGE)),
            lambda number: queue_href(replace(asked, page=number)),
        ),
        back="&".join(f"{name}={value}" for name, value in _values(asked).items()),
        has_messages=queue.has_messages,
        not_published_href=queue_href(Asked(state=ALL, flag="not-published")) if queue.not_published else "",
        alarm=alarm,
        asked=labels_asked.waiting_words(queue.asked),
    )


def around_words(item_id: str, around: Around, visitor: Visitor, names: Mapping[str, str]) -> tuple[str, ...]:
    """Who has an item, and who looks at it now, in words."""
    found: list[str] = []
    held = around.taken.get(item_id)
    if held is not None and held.user_id == visitor.actor.id:
        found.append(_("You have it since %(day)s.", day=day(held.since)))
    elif held is not None:
        who = names.get(held.user_id, "")
        found.append(_("%(name)s has it since %(day)s.", name=who, day=day(held.since)))
    lookers = [names[one] for one in around.looking.get(item_id, ()) if one in names]
    found += [_("%(name)s is looking at it.", name=name) for name in lookers]
    return tuple(found)


def _line(
    one: Queued, around: Around, visitor: Visitor, names: Mapping[str, str], asked: Asked, shown: str
) -> Line:
    card = one.card
    held = around.taken.get(card.id)
    own = one.submission_id in visitor.actor.submissions | visitor.actor.given_here
    return Line(
        id=card.id,
        item=listed(card, endpoint="preserve.item"),
        received=day(one.received_on),
        around=around_words(card.id, around, visitor, names),
        is_mine=held is not None and held.user_id == visitor.actor.id,
        is_taken=held is not None,
        may_take=visitor.actor.has(Right.REVIEW, card.collection) and not own,
        is_shown=card.id == shown,
        show_href=queue_href(asked, card.id) if card.thumbnail else "",
    )


def _tabs(asked: Asked, queue: Queue) -> tuple[Tab, ...]:
    """The states, each with how many there are; where something narrows them, only of the one that was counted."""
    every = sum(queue.counts.values())
    states = [(name, labels.of(labels.STATES, name), queue.counts.get(name, 0)) for name in STATES]
    known = [(WAITING, _("Waiting"), queue.waiting), (ALL, _("All"), every), *states]
    return tuple(
        Tab(
            words,
            (queue.total if name == asked.state else None) if asked.is_narrowed else count,
            queue_href(replace(asked, state=name, page=1)),
            name == asked.state,
        )
        for name, words, count in known
    )


def _choices(values: Iterable[tuple[str, str]], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, words, value == chosen) for value, words in values)


def _kinds(archive: Archive) -> list[tuple[str, str]]:
    """The kinds of all collections, each once."""
    vocabularies = (profile.vocabularies.get("kinds") for profile in archive.profiles.values())
    terms = (term for one in vocabularies if one is not None for term in one.terms)
    return list({term.id: say(term.label, language()) or term.id for term in terms}.items())


def _unless_chosen(*, mine: bool) -> str:
    """The state that is listed where none is chosen: what somebody has taken stays theirs when it is decided about."""
    return ALL if mine else WAITING


def _values(asked: Asked) -> dict[str, str]:
    said = {
        "state": "" if asked.state == _unless_chosen(mine=asked.mine) else asked.state,
        "collection": asked.collection,
        "kind": asked.kind,
        "flag": asked.flag,
        "mine": "yes" if asked.mine else "",
        "page": str(asked.page) if asked.page > 1 else "",
    }
    return {name: value for name, value in said.items() if value}
