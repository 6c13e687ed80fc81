"""The desk's pages of messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from archive.models import Right
from archive.services.messages import CONTRIBUTOR, MessageView, Waiting
from archive.services.views import ItemView
from archive.web.visitors import Visitor
from archive.web.words import _, day


@dataclass(frozen=True)
class WaitingLine:
    """A thread that waits: what it is about, how many messages are new, since when."""

    title: str
    href: str
    count: int
    since: str


@dataclass(frozen=True)
class ThreadPage:
    """The thread about an item, and what this visitor may do beside writing."""

    item_id: str
    title: str
    messages: tuple[tuple[str, str, str], ...]
    may_read_contact: bool


def waiting_page(waiting: Sequence[Waiting]) -> tuple[WaitingLine, ...]:
    """The threads that wait for an answer."""
    return tuple(
        WaitingLine(
            one.title or _("Without a title"),
            url_for("correspondence.thread", item_id=one.item_id),
            one.count,
            day(one.since),
        )
        for one in waiting
    )


def thread_page(item: ItemView, thread: Sequence[MessageView], visitor: Visitor) -> ThreadPage:
    """The thread about an item."""
    return ThreadPage(
        item.id,
        item.title or _("Without a title"),
        tuple((_by(one), day(one.written_on), one.text) for one in thread),
        visitor.actor.has(Right.READ_CONTACTS, item.collection),
    )


def _by(one: MessageView) -> str:
    return _("Whoever gave it") if one.written_by == CONTRIBUTOR else _("Those who look after the archive")
