"""What would become of one item: the one check by which a change of many is shown before it is made, and is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from archive.access import Actor, can, consent_shows
from archive.models import TRANSITIONS, Action, Item, ItemState, Right
from archive.profiles import CollectionProfile, Field
from archive.services import moving, relations
from archive.services.answers import understand_about
from archive.services.asked_about import against_publishing
from archive.services.carrying_over import BEING_ARRANGED, is_under_way
from archive.services.describe import Description
from archive.services.kept import MOVE, asked_of
from archive.services.meanings import meanings
from archive.services.opening import Archive
from archive.services.revisions import mark_now, said_of
from archive.services.taken_out import said_again

DESCRIBE = "describe"
COLLECTION = "collection"
SET, ADD, REMOVE = "set", "add", "remove"
WAYS = (SET, ADD, REMOVE)
# What many items may go through at once; whoever gave something hears no from a person, with a reason.
ACTIONS = (Action.ACCEPT, Action.PUBLISH, Action.UNPUBLISH)
NOTHING_CHANGES = "nothing-changes"
# Their entries stand in one list of the item's, so that one of a kind is never said without the others.
TOGETHER = frozenset({"names", "place", "language", "rights"})


@dataclass(frozen=True)
class Wish:
    """What somebody wants of an item: `act` is `describe`, `move` or an action; what is to be said, by field.

    Of a move, `said` names the collection. `way` is how: `set` puts the words in place of what is there, `add` and `remove` mean entries of a list.
    `takes_back` when it undoes something: then the consent is asked once more.
    """

    act: str
    said: Mapping[str, str] = field(default_factory=dict)
    way: str = SET
    takes_back: bool = False


@dataclass(frozen=True)
class Weighed:
    """What an item says now and would say then, by the fields that change; `mark` tells later whether it was changed.

    `trouble` is a code that says why it cannot be, `where` the field that is in the way.
    """

    mark: str
    was: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""
    where: str = ""
    description: Description | None = None
    fields: tuple[Field, ...] = ()

    @property
    def outcome(self) -> str:
        """What a row of a batch keeps of the trouble: the code, and the field where there is one."""
        return f"{self.trouble}:{self.where}" if self.trouble and self.where else self.trouble


def weigh(archive: Archive, session: Session, actor: Actor, item: Item, wish: Wish, language: str) -> Weighed:
    """What `wish` would do to `item`, for an actor who may see it; nothing is changed."""
    if wish.act == MOVE:
        return _moved(archive, session, actor, item, wish)
    if wish.act != DESCRIBE:
        mark = str(item.version)
        return Weighed(mark, trouble=_against_action(session, actor, item, Action(wish.act), wish))
    # What was emptied has no field any more in which it could be said again.
    profile = asked_of(archive.profiles, item, wish.said if wish.takes_back else ())
    now = said_of(item, profile.fields)
    mark = mark_now(archive.profiles, item)
    trouble = _against_describing(session, actor, item)
    if trouble:
        return Weighed(mark, trouble=trouble)
    wanted, where, trouble = _wanted(profile, now, wish)
    if trouble:
        return Weighed(mark, trouble=trouble, where=where)
    return _understood(profile, session, actor, item, now, wanted, mark, language)


def _moved(archive: Archive, session: Session, actor: Actor, item: Item, wish: Wish) -> Weighed:
    if item.submission_id in actor.submissions | actor.given_here:
        trouble = "own-gift"
    elif wish.said[COLLECTION] == item.collection:
        trouble = NOTHING_CHANGES
    else:
        trouble = moving.against(archive, session, actor, item, wish.said[COLLECTION])
    return Weighed(str(item.version), {COLLECTION: item.collection}, wish.said, trouble)


def _understood(
    profile: CollectionProfile,
    session: Session,
    actor: Actor,
    item: Item,
    now: Mapping[str, str],
    wanted: Mapping[str, str],
    mark: str,
    language: str,
) -> Weighed:
    changed = {name: text for name, text in wanted.items() if text.strip() != now[name].strip()}
    was = {name: now[name] for name in changed}
    if not changed:
        return Weighed(mark, trouble=NOTHING_CHANGES)
    kinds = {one.kind for one in profile.fields if one.name in changed} & TOGETHER
    fields = tuple(one for one in profile.fields if one.name in changed or one.kind in kinds)
    # A reading that was chosen before need not be chosen again, also when it is brought back.
    meant = meanings(session, item) if any(one.kind == "date" for one in fields) else {}
    typed = {**now, **changed}
    understood, troubles = understand_about(profile, typed, meant, language, fields)
    troubles |= relations.troubles(session, actor, item, fields, typed)
    # Whoever means it says so in the form of the item itself.
    troubles = {**said_again(session, [item.id], now, changed), **troubles}
    where = next(iter(troubles), "")
    trouble = troubles[where].code if where else ""
    return Weighed(mark, was, changed, trouble, where, understood.description(), fields)


def _wanted(
    profile: CollectionProfile, now: Mapping[str, str], wish: Wish
) -> tuple[dict[str, str], str, str]:
    """What is to be said by field; or a field, and why it cannot be said there."""
    wanted = {}
    for name, text in wish.said.items():
        one = profile.field(name)
        if one is None:
            return {}, name, "no-such-field"
        if wish.way != SET and not is_list(one):
            return {}, name, "takes-one-value"
        wanted[name] = _in_list(now[name], text, wish.way) if wish.way != SET else text.strip()
    return wanted, "", ""


def is_list(one: Field) -> bool:
    """Whether a field holds entries of a list, one on a line."""
    return one.repeatable or one.kind in ("names", "language")


def _in_list(now: str, text: str, way: str) -> str:
    entries = [one.strip() for one in now.split("\n") if one.strip()]
    given = list(dict.fromkeys(one.strip() for one in text.split("\n") if one.strip()))
    if way == ADD:
        return "\n".join([*entries, *(one for one in given if one not in entries)])
    return "\n".join(one for one in entries if one not in given)


def _against_describing(session: Session, actor: Actor, item: Item) -> str:
    if item.submission_id in actor.submissions | actor.given_here:
        return "own-gift"
    if not can(actor, Right.REVIEW, item):
        return "forbidden"
    if item.state == ItemState.WITHDRAWN:
        return "withdrawn"
    if item.state == ItemState.DECLINED:
        return "wrong-state"
    return BEING_ARRANGED if is_under_way(session, item.id) else ""


def _against_action(session: Session, actor: Actor, item: Item, action: Action, wish: Wish) -> str:
    """Why an action cannot be; publishing accepts what still waits in review, as one publication does."""
    steps = steps_to(ItemState(item.state), action)
    if item.submission_id in actor.submissions | actor.given_here:
        return "own-gift"
    if not steps:
        return NOTHING_CHANGES if _is_there(item, action) else "wrong-state"
    if not all(can(actor, TRANSITIONS[step][1], item) for step in steps):
        return "forbidden"
    if action == Action.PUBLISH and wish.takes_back and not consent_shows(item):
        return "consent-closed"
    # Whoever asked was told that it is gone, or still waits for a word: neither is undone with a hundred others.
    return against_publishing(session, item.id) if action == Action.PUBLISH else ""


def steps_to(state: ItemState, action: Action) -> tuple[tuple[ItemState, Action], ...]:
    """The transitions that an action takes from a state; none when it cannot be reached.

    What its giver was asked about is decided on by itself, by somebody who has the question before them.
    """
    if state == ItemState.RETURNED:
        return ()
    if (state, action) in TRANSITIONS:
        return ((state, action),)
    if (state, action) == (ItemState.IN_REVIEW, Action.PUBLISH):
        return ((state, Action.ACCEPT), (ItemState.ACCEPTED, Action.PUBLISH))
    return ()


def _is_there(item: Item, action: Action) -> bool:
    return any(one == action and after == item.state for (_, one), (after, _) in TRANSITIONS.items())
