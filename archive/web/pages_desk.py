"""The desk's page of one item: everything that is known of it, and what this visitor may do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.access import DECIDING, SEALED
from archive.models import TRANSITIONS, Action, Days, ItemState, Right, days_now
from archive.services.export import Departure
from archive.services.opening import Archive
from archive.services.reviewing import ConsentView, Facts
from archive.services.views import EventView, ItemView
from archive.web import labels
from archive.web.links import item_href
from archive.web.pages_error import wrote
from archive.web.pages_review import Review, particulars, review
from archive.web.redact_words import words_left
from archive.web.visitors import Visitor
from archive.web.words import _, day

# From where something can be published on a day to come.
PLANNABLE = frozenset({ItemState.IN_REVIEW, ItemState.ACCEPTED})
# What takes something that was published off the pages.
TAKES_OFF = frozenset({Action.UNPUBLISH, Action.WITHDRAW, Action.REPLACE})


@dataclass(frozen=True)
class Happened:
    """One event in words."""

    on: str
    words: str
    by: str
    failed: bool
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TakenBack:
    """How far an item that was taken back is gone, and the bags of it that others hold: the day, by whom, for whom;
    what stands in its place, and who `wrote` that.

    Of one whose files were put together in another way, what took its place: the address, the title, the state.
    """

    on: str
    words: str
    wrote: str
    how_far: str
    is_destroyed: bool
    by_giver: bool
    left: tuple[tuple[str, str, str], ...]
    is_replaced: bool = False
    in_its_place: tuple[tuple[str, str, str], ...] = ()


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
    """Everything that is known about one item, and what this visitor may do with it.

    `said_still` is where of it words stand that were taken out of its files, `taken_off` the day on which something that
    was published was last taken off the pages.
    """

    id: str
    title: str
    state: str
    audience: str
    received: str
    published: str
    is_shown: bool
    taken_off: str
    bag: str
    revision: int
    version: int
    public_href: str
    may_withdraw: bool
    may_export: bool
    may_write: bool
    may_describe: bool
    may_arrange: bool
    decisions: tuple[Decision, ...]
    may_reinstate: bool
    said_still: tuple[str, ...]
    taken_back: TakenBack | None
    may_plan: bool
    may_cancel: bool
    content_note: str
    note_lang: str
    review: Review
    events: tuple[Happened, ...]


def desk_item_page(
    archive: Archive,
    item: ItemView,
    facts: Facts,
    left: Sequence[Departure],
    visitor: Visitor,
    names: Mapping[str, str],
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
        is_shown=item.state == ItemState.PUBLISHED and _is_within(facts.consent, days_now()),
        taken_off=_taken_off(item),
        bag=item.bag_key,
        revision=item.bag_revision,
        version=item.version,
        public_href=item_href(item.id),
        may_withdraw=not item.erasure and visitor.actor.has(Right.WITHDRAW, item.collection),
        may_export=bool(item.bag_key) and visitor.actor.has(Right.EXPORT, item.collection),
        may_write=_has(visitor, item, Right.REVIEW),
        may_describe=_has(visitor, item, Right.REVIEW) and not withdrawn,
        may_arrange=_has(visitor, item, Right.REVIEW) and item.state not in SEALED,
        decisions=_decisions(visitor, item),
        may_reinstate=not (item.erasure or facts.is_replaced) and _may(visitor, item, Action.REINSTATE),
        said_still=tuple(
            dict.fromkeys(one.where for one in words_left(item, facts.taken_out, facts.told_in))
        ),
        taken_back=_taken_back(item, facts, left, names) if withdrawn else None,
        may_plan=_has(visitor, item, Right.PUBLISH) and item.state in PLANNABLE,
        may_cancel=_has(visitor, item, Right.PUBLISH),
        content_note=item.content_note,
        note_lang=labels.language_beside(item.written_in),
        review=review(archive, item, facts, visitor, names),
        events=tuple(_happened(event, names) for event in item.events),
    )


def destroy_page(item: ItemView, reason: str, words: str, *, everything: bool) -> DestroyPage:
    """The page that asks once more."""
    return DestroyPage(item.id, item.title or _("Without a title"), reason, words, everything)


def _taken_back(
    item: ItemView, facts: Facts, left: Sequence[Departure], names: Mapping[str, str]
) -> TakenBack:
    how_far = {
        "": _("Hidden. Its bag is kept."),
        "asked": _("Hidden. It is being destroyed."),
        "done": _("Destroyed. Nothing of it is kept but that it was here."),
    }
    return TakenBack(
        on=day(item.withdrawn_on) if item.withdrawn_on else "",
        words=item.withdrawal_words,
        wrote=wrote(by_giver=facts.words_by_giver),
        how_far=how_far[item.erasure],
        is_destroyed=bool(item.erasure),
        by_giver=facts.by_giver,
        left=tuple((day(one.on), labels.by(names, one.by), one.for_whom) for one in left),
        is_replaced=facts.is_replaced,
        in_its_place=tuple(
            (one.item_id, one.title or _("Without a title"), labels.of(labels.STATES, one.state))
            for one in facts.successors
        ),
    )


def _is_within(consent: ConsentView, on: Days) -> bool:
    first, last = consent.not_before, consent.not_after
    return (first is None or on.has_begun(first)) and (last is None or not on.is_over(last))


def _taken_off(item: ItemView) -> str:
    if item.state == ItemState.PUBLISHED or not item.published_on:
        return ""
    days = [one.on for one in item.events if one.kind in TAKES_OFF and one.outcome == "success"]
    # What is hidden already may be taken back by somebody else too, on a later day.
    off = item.withdrawn_on or max(days, default=None)
    return day(off) if off else ""


def _decisions(visitor: Visitor, item: ItemView) -> tuple[Decision, ...]:
    return tuple(
        Decision(action, str(words), str(more))
        for action, (words, more) in labels.DECISIONS.items()
        if _may(visitor, item, Action(action))
        # A publication accepts an item that still waits in review, as the service does.
        or (action == Action.PUBLISH and item.state == ItemState.IN_REVIEW and _may_both(visitor, item))
    )


def _may_both(visitor: Visitor, item: ItemView) -> bool:
    return _may(visitor, item, Action.ACCEPT) and _has(visitor, item, Right.PUBLISH)


def _may(visitor: Visitor, item: ItemView, action: Action) -> bool:
    after = TRANSITIONS.get((ItemState(item.state), action))
    return after is not None and _has(visitor, item, after[1])


def _has(visitor: Visitor, item: ItemView, right: Right) -> bool:
    """Whether the page offers it; the services decide with the item itself before them."""
    own = item.submission_id in visitor.actor.submissions | visitor.actor.given_here
    return not (own and right in DECIDING) and visitor.actor.has(right, item.collection)


def _happened(event: EventView, names: Mapping[str, str]) -> Happened:
    return Happened(
        on=day(event.on),
        words=labels.of(labels.EVENTS, event.kind),
        by=labels.by(names, event.agent),
        failed=event.outcome != "success",
        details=particulars(event.detail),
    )
