"""The archivist's desk: the list of what is kept, and everything that happened to one item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from archive.access import DECIDING
from archive.models import TRANSITIONS, Action, ItemState, Right
from archive.services.export import Departure
from archive.services.views import Card, EventView, FileView, ItemView
from archive.web import labels
from archive.web.formats import size_words
from archive.web.links import item_href
from archive.web.pages_list import ListedItem, Pager, listed, pager
from archive.web.visitors import Visitor
from archive.web.words import _, day

PER_PAGE = 50


@dataclass(frozen=True)
class DeskPage:
    """The list of items, in all states or in one."""

    total: int
    items: tuple[ListedItem, ...]
    states: tuple[tuple[str, str, bool], ...]
    pager: Pager
    unread: int = 0


@dataclass(frozen=True)
class Happened:
    """One event in words."""

    on: str
    words: str
    by: str
    failed: bool
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class KeptFile:
    """One original: what it is, what the pipeline noticed, and what the file says of itself."""

    id: str
    given_name: str
    role: str
    state: str
    trouble: str
    format: str
    puid: str
    media_type: str
    size: str
    sha512: str
    notes: tuple[str, ...]
    says: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TakenBack:
    """How far an item that was taken back is gone, and the bags of it that others hold: the day, by whom, for whom."""

    on: str
    words: str
    how_far: str
    is_destroyed: bool
    left: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class DestroyPage:
    """The last question before something is destroyed; what was said before is asked along."""

    id: str
    title: str
    reason: str
    words: str
    everything: bool


@dataclass(frozen=True)
class Decision:
    """One decision that may be made now, and what it does."""

    action: str
    words: str
    help: str


@dataclass(frozen=True)
class DeskItemPage:
    """Everything that is known about one item, and what this visitor may do with it."""

    id: str
    title: str
    state: str
    audience: str
    received: str
    published: str
    bag: str
    revision: int
    version: int
    public_href: str
    may_publish: bool
    may_withdraw: bool
    may_export: bool
    may_write: bool
    may_describe: bool
    decisions: tuple[Decision, ...]
    may_reinstate: bool
    taken_back: TakenBack | None
    files: tuple[KeptFile, ...]
    events: tuple[Happened, ...]


def desk_page(state: str, page: int, total: int, cards: Sequence[Card], unread: int = 0) -> DeskPage:
    """The desk's list; `unread` are the messages that wait for this visitor."""

    def href(number: int = 1, name: str = state) -> str:
        return url_for("preserve.desk", state=name or None, page=number if number > 1 else None)

    # A draft is its contributor's alone, at the desk too.
    states = ((one, str(words)) for one, words in labels.STATES.items() if one != ItemState.DRAFT)
    tabs = (("", _("All")), *states)
    return DeskPage(
        total=total,
        items=tuple(listed(card, endpoint="preserve.item") for card in cards),
        states=tuple((words, href(1, name), name == state) for name, words in tabs),
        pager=pager(page, max(1, -(-total // PER_PAGE)), href),
        unread=unread,
    )


def desk_item_page(
    item: ItemView, left: Sequence[Departure], visitor: Visitor, names: Mapping[str, str]
) -> DeskItemPage:
    """The desk's page of one item; `left` are its bags that left the house, `names` of those who did something to it."""
    withdrawn = item.state == ItemState.WITHDRAWN
    return DeskItemPage(
        id=item.id,
        title=item.title or _("Without a title"),
        state=labels.of(labels.STATES, item.state),
        audience=labels.of(labels.AUDIENCES, item.audience),
        received=day(item.received_on),
        published=day(item.published_on) if item.published_on else "",
        bag=item.bag_key,
        revision=item.bag_revision,
        version=item.version,
        public_href=item_href(item.id),
        # A publication accepts an item that still waits in review, as the service does.
        may_publish=_may(visitor, item, Action.PUBLISH)
        or (_may(visitor, item, Action.ACCEPT) and _has(visitor, item, Right.PUBLISH)),
        may_withdraw=not item.erasure and visitor.actor.has(Right.WITHDRAW, item.collection),
        may_export=bool(item.bag_key) and visitor.actor.has(Right.EXPORT, item.collection),
        may_write=_has(visitor, item, Right.REVIEW),
        may_describe=_has(visitor, item, Right.REVIEW) and not withdrawn,
        decisions=_decisions(visitor, item),
        may_reinstate=not item.erasure and _may(visitor, item, Action.REINSTATE),
        taken_back=_taken_back(item, left) if withdrawn else None,
        files=tuple(_kept_file(file) for file in item.files),
        events=tuple(_happened(event, names) for event in item.events),
    )


def destroy_page(item: ItemView, reason: str, words: str, *, everything: bool) -> DestroyPage:
    """The page that asks once more."""
    return DestroyPage(item.id, item.title or _("Without a title"), reason, words, everything)


def _taken_back(item: ItemView, left: Sequence[Departure]) -> TakenBack:
    how_far = {
        "": _("Hidden. Its bag is kept."),
        "asked": _("Hidden. It is being destroyed."),
        "done": _("Destroyed. Nothing of it is kept but that it was here."),
    }
    return TakenBack(
        on=day(item.withdrawn_on) if item.withdrawn_on else "",
        words=item.withdrawal_words,
        how_far=how_far[item.erasure],
        is_destroyed=bool(item.erasure),
        left=tuple((day(one.on), one.by, one.for_whom) for one in left),
    )


def _decisions(visitor: Visitor, item: ItemView) -> tuple[Decision, ...]:
    return tuple(
        Decision(action, str(words), str(more))
        for action, (words, more) in labels.DECISIONS.items()
        if _may(visitor, item, Action(action))
    )


def _may(visitor: Visitor, item: ItemView, action: Action) -> bool:
    after = TRANSITIONS.get((ItemState(item.state), action))
    return after is not None and _has(visitor, item, after[1])


def _has(visitor: Visitor, item: ItemView, right: Right) -> bool:
    """Whether the page offers it; the services decide with the item itself before them."""
    own = item.submission_id in visitor.actor.submissions
    return not (own and right in DECIDING) and visitor.actor.has(right, item.collection)


def _kept_file(file: FileView) -> KeptFile:
    return KeptFile(
        id=file.id,
        given_name=file.given_name,
        role=labels.of(labels.FILE_ROLES, file.role),
        state=labels.of(labels.FILE_STATES, file.state),
        trouble=_(file.failure) if file.failure else "",
        format=file.format_name,
        puid=file.puid,
        media_type=file.media_type,
        size=size_words(file.size),
        sha512=file.sha512,
        notes=tuple(_(note) for note in file.notes),
        says=plain_pairs(file.says),
    )


def _happened(event: EventView, names: Mapping[str, str]) -> Happened:
    return Happened(
        on=day(event.on),
        words=labels.of(labels.EVENTS, event.kind),
        by=names.get(event.agent) or labels.of(labels.AGENTS, event.agent),
        failed=event.outcome != "success",
        details=plain_pairs(event.detail),
    )


def plain_pairs(value: dict[str, Any], prefix: str = "") -> tuple[tuple[str, str], ...]:
    """A tree of values as a flat list of names and words."""
    pairs: list[tuple[str, str]] = []
    for name, inner in value.items():
        key = f"{prefix}{name}"
        if isinstance(inner, dict):
            pairs += plain_pairs(inner, f"{key} › ")
        elif isinstance(inner, list):
            pairs.append((key, "; ".join(map(str, inner))))
        elif inner not in (None, ""):
            pairs.append((key, str(inner)))
    return tuple(pairs)
