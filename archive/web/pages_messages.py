"""The desk's pages of messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from archive.access import OPERATOR
from archive.models import Right
from archive.services.messages import CONTRIBUTOR, MessageView, Waiting
from archive.services.views import ItemView
from archive.web import labels
from archive.web.visitors import Visitor
from archive.web.words import _, day


@dataclass(frozen=True)
class WaitingLine:
    """A thread that waits: what it is about, how many messages nobody has answered, since when; whether somebody has opened
    all of them."""

    title: str
    href: str
    count: int
    since: str
    is_seen: bool


@dataclass(frozen=True)
class ThreadPage:
    """The thread about an item, and what this visitor may do beside writing.

    `read_to` is the last message that it shows, `waits` whether any is to be answered; `needed_none` says who said last
    that something needs no answer, and when.
    """

    item_id: str
    title: str
    messages: tuple[tuple[str, str, str], ...]
    may_read_contact: bool
    read_to: int
    waits: bool
    needed_none: str


def waiting_page(waiting: Sequence[Waiting]) -> tuple[WaitingLine, ...]:
    """The threads that wait for an answer."""
    return tuple(
        WaitingLine(
            one.title or _("Without a title"),
            url_for("correspondence.thread", item_id=one.item_id),
            one.count,
            day(one.since),
            not one.unseen,
        )
        for one in waiting
    )


def thread_page(
    item: ItemView,
    thread: Sequence[MessageView],
    needed_none: tuple[str, date] | None,
    visitor: Visitor,
    names: Mapping[str, str],
) -> ThreadPage:
    """The thread about an item; `names` are the user names of those who wrote in it, or said that it needs no answer."""
    return ThreadPage(
        item.id,
        item.title or _("Without a title"),
        tuple((by(one, names), day(one.written_on), one.text) for one in thread),
        visitor.actor.has(Right.READ_CONTACTS, item.collection),
        read_to(thread),
        any(one.waits for one in thread),
        _needed_none(names, *needed_none) if needed_none else "",
    )


def _needed_none(names: Mapping[str, str], agent: str, on: date) -> str:
    who = labels.by(names, agent)
    return _("On %(day)s %(who)s said that what was written needs no answer.", day=day(on), who=who)


def read_to(thread: Sequence[MessageView]) -> int:
    """The last message that somebody has before them; 0 where there is none."""
    return max((one.id for one in thread), default=0)


def by(one: MessageView, names: Mapping[str, str]) -> str:
    """Who wrote a message, for the desk: of its curators which one, where that is known."""
    if one.written_by == CONTRIBUTOR:
        return _("Whoever gave it")
    name = names.get(one.agent) or (labels.of(labels.AGENTS, one.agent) if one.agent == OPERATOR.id else "")
    side = _("Those who look after the archive")
    return f"{side} ({name})" if name else side
