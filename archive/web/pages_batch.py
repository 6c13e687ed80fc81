"""The pages on which many items are changed at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from archive.access import Actor
from archive.models import ItemState, Right
from archive.profiles import CollectionProfile, say
from archive.services.batch_views import BatchLine, BatchView
from archive.services.batches import ASKED, DONE, MOST, PLANNED
from archive.services.choosing import NEVER, PER_PAGE, Choice
from archive.services.kept import MOVE
from archive.services.opening import Archive
from archive.services.views import Card
from archive.services.weighing import ACTIONS, WAYS
from archive.web import labels, labels_batch
from archive.web.i18n import language
from archive.web.pages_batch_rows import RowShown, row_shown
from archive.web.pages_form import Option
from archive.web.pages_list import ListedItem, Pager, listed, pager
from archive.web.words import _, day


@dataclass(frozen=True)
class Asked:
    """What was chosen and typed so far; `picked` when another page chose the items."""

    choice: Choice
    items: tuple[str, ...] = ()
    everything: bool = False
    do: str = ""
    field: str = ""
    text: str = ""
    to: str = ""
    picked: bool = False
    trouble: str = ""

    @property
    def written_to(self) -> str:
        """The field that is meant, where one is."""
        return self.field if self.do in WAYS else ""


@dataclass(frozen=True)
class Pick:
    """An item that may be chosen."""

    id: str
    item: ListedItem
    chosen: bool


@dataclass(frozen=True)
class ChoosePage:
    """Items to choose from, and what may be done with them; `elsewhere` are chosen ones on other pages."""

    collections: tuple[Option, ...]
    states: tuple[Option, ...]
    asked: Asked
    total: int
    most: int
    picks: tuple[Pick, ...]
    elsewhere: tuple[str, ...]
    leaf: int
    pager: Pager | None
    ways: tuple[Option, ...]
    fields: tuple[Option, ...]
    to: tuple[Option, ...]
    trouble: str


@dataclass(frozen=True)
class BatchPage:
    """One batch, planned, being done or done."""

    id: str
    title: str
    made: str
    is_planned: bool
    is_asked: bool
    is_stopped: bool
    may_do: bool
    may_go_on: bool
    may_undo: bool
    undoes: str
    open: int
    done: int
    troubled: int
    total: int
    rows: tuple[RowShown, ...]
    pager: Pager


@dataclass(frozen=True)
class BatchListed:
    """A batch in the list of all."""

    id: str
    title: str
    made: str
    state: str
    items: int


def choose_page(
    archive: Archive, actor: Actor, asked: Asked, leaf: int, total: int, cards: Sequence[Card]
) -> ChoosePage:
    """The form on which items and what to do with them are chosen."""
    choice = asked.choice
    profiles = profiles_of(archive, actor)

    def href(number: int) -> str:
        return url_for(
            "batch.choose",
            page=number,
            collection=choice.collection or None,
            state=choice.state or None,
            words=choice.words or None,
        )

    here = {card.id for card in cards}
    # Whoever looks after one collection alone moves nothing.
    to = collection_options(profiles, asked.to, any_of_them=False) if len(profiles) > 1 else ()
    acts = [*(one.value for one in ACTIONS), *([MOVE] if to else [])]
    ways = {**labels_batch.WAYS, **{one: labels_batch.ACTS[one] for one in acts}}
    return ChoosePage(
        collections=collection_options(profiles, choice.collection),
        states=state_options(choice.state),
        asked=asked,
        total=total,
        most=MOST,
        picks=tuple(
            Pick(card.id, listed(card, endpoint="preserve.item"), asked.picked or card.id in asked.items)
            for card in cards
        ),
        elsewhere=() if asked.picked else tuple(one for one in asked.items if one not in here),
        leaf=leaf,
        pager=None if asked.picked else pager(leaf, max(1, -(-total // PER_PAGE)), href),
        ways=tuple(Option(way, str(words), chosen=way == asked.do) for way, words in ways.items()),
        fields=_field_options(profiles, choice.collection, asked.field),
        to=to,
        trouble=labels_batch.form_trouble(asked.trouble),
    )


def batch_page(archive: Archive, view: BatchView, names: Mapping[str, str]) -> BatchPage:
    """What a batch would change, or what became of it."""

    def href(number: int) -> str:
        return url_for("batch.look", batch_id=view.id, page=number if number > 1 else None)

    return BatchPage(
        id=view.id,
        title=_title(archive, view.kind, view.field),
        made=_made(view.made_on, view.agent, names),
        is_planned=view.state == PLANNED,
        is_asked=view.state == ASKED,
        is_stopped=view.is_stopped,
        may_go_on=view.is_stopped and view.is_mine,
        may_do=view.state == PLANNED and view.is_mine and view.open > 0,
        may_undo=view.state == DONE and view.done > 0,
        undoes=view.undoes or "",
        open=view.open,
        done=view.done,
        troubled=view.troubled,
        total=view.open + view.done + view.troubled,
        rows=tuple(row_shown(archive, row, planned=view.state == PLANNED) for row in view.rows),
        pager=pager(view.page, view.pages, href),
    )


def batches_page(
    archive: Archive, found: Sequence[BatchLine], names: Mapping[str, str]
) -> tuple[BatchListed, ...]:
    """All batches."""
    return tuple(
        BatchListed(
            one.id,
            _title(archive, one.kind, one.field),
            _made(one.made_on, one.agent, names),
            labels.of(labels_batch.STATES, one.state),
            one.items,
        )
        for one in found
    )


def profiles_of(archive: Archive, actor: Actor) -> tuple[CollectionProfile, ...]:
    """The collections in which `actor` may change something."""
    bound = actor.collections_with(Right.REVIEW)
    return tuple(one for one in archive.profiles.values() if bound is None or one.slug in bound)


def collection_options(
    profiles: Sequence[CollectionProfile], chosen: str, *, any_of_them: bool = True
) -> tuple[Option, ...]:
    """Those collections, to choose one."""
    first = [Option("", _("All collections"), chosen=not chosen)] if any_of_them else []
    return (
        *first,
        *(Option(one.slug, say(one.title, language()), chosen=one.slug == chosen) for one in profiles),
    )


def state_options(chosen: str) -> tuple[Option, ...]:
    """The states in which something may be changed."""
    states = [one for one in ItemState if one not in NEVER]
    return (
        Option("", _("In any state"), chosen=not chosen),
        *(Option(one.value, labels.of(labels.STATES, one), chosen=one == chosen) for one in states),
    )


def _field_options(profiles: Sequence[CollectionProfile], collection: str, chosen: str) -> tuple[Option, ...]:
    fields = [one for each in profiles if collection in ("", each.slug) for one in each.fields]
    known = {one.name: say(one.label, language()) for one in reversed(fields)}
    names = dict.fromkeys(one.name for one in fields)
    return tuple(Option(name, known[name], chosen=name == chosen) for name in names)


def _title(archive: Archive, kind: str, field: str) -> str:
    label = next(
        (say(found.label, language()) for one in archive.profiles.values() if (found := one.field(field))),
        field,
    )
    return labels_batch.title(kind, label)


def _made(on: date, agent: str, names: Mapping[str, str]) -> str:
    return f"{day(on)}, {labels.by(names, agent)}"
