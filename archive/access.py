"""Who may see and do what: the only place that decides.

Pages, copies, originals, exports, facets and indexes all ask here. What may not be seen answers like what never was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, true

from archive.models import Audience, Consent, Days, Item, ItemState, Right, Story, User, days_now, today

# What all who look after what others gave may do.
LOOKING_AFTER = frozenset({Right.SEE_COMMUNITY, Right.SEE_ALL, Right.WITHDRAW})
ROLES: dict[str, frozenset[Right]] = {
    "contributor": frozenset({Right.SEND}),
    "member": frozenset({Right.SEE_COMMUNITY}),
    "curator": LOOKING_AFTER | {Right.REVIEW, Right.PUBLISH, Right.KEEP_WORDS, Right.WRITE_PAGES},
    # Who did what is looked through by those who answer for the whole, not by those whose work it shows.
    # To bring in is bags alone, which nobody but staff sees then: to give as a person does is not theirs.
    "archivist": LOOKING_AFTER | {Right.EXPORT, Right.BRING_IN, Right.AUDIT},
    "administrator": LOOKING_AFTER | {Right.ADMINISTER, Right.AUDIT, Right.KEEP_WORDS, Right.WRITE_PAGES},
    # Nobody else learns how a contributor can be reached: not curators, who write in the thread, nor administrators.
    "correspondent": frozenset({Right.READ_CONTACTS}),
    # The pipeline acts in its own name, and whoever has the machine's shell acts as its operator.
    "pipeline": frozenset({Right.SEE_ALL, Right.KEEP}),
    "operator": frozenset(Right),
}

# Who holds one of these looks after what others gave, and has to prove twice who they are.
STAFF = frozenset({"curator", "archivist", "administrator", "correspondent"})
# Roles that only the program itself acts in.
INTERNAL_ROLES = frozenset({"pipeline", "operator"})


@dataclass(frozen=True)
class Actor:
    """Whoever asks: an id for the event log (`public`, `operator`, a user's id) and roles by collection.

    `roles` maps a role's name to the collections it holds in; an empty set means in all. `submissions` are those
    that the actor gave: their own, whatever the state; `given_here` came without a name by the browser in which they are. `asked_here` are the requests that they sent since they signed in.
    """

    id: str = "public"
    # Part of what makes two actors equal, so what is kept for one is never used after their roles changed.
    roles: dict[str, frozenset[str]] = field(default_factory=dict, hash=False)
    submissions: frozenset[str] = frozenset()
    given_here: frozenset[str] = frozenset()
    asked_here: frozenset[str] = frozenset()

    def has(self, right: Right, collection: str | None = None) -> bool:
        """Whether any role gives `right`, in `collection` (None: in at least one)."""
        return any(
            right in ROLES.get(role, frozenset()) and (not bound or collection is None or collection in bound)
            for role, bound in self.roles.items()
        )

    def gave(self, item: Item) -> bool:
        """Whether the actor is who gave `item`."""
        return item.submission_id in self.submissions

    @property
    def is_staff(self) -> bool:
        """Whether the actor looks after what others gave."""
        return bool(self.roles.keys() & STAFF)

    @property
    def administers(self) -> bool:
        """Whether the actor decides who may do what, everywhere."""
        return self.collections_with(Right.ADMINISTER) is None

    def collections_with(self, right: Right) -> frozenset[str] | None:
        """The collections in which a role gives `right`; None means all of them."""
        bound: set[str] = set()
        for role, collections in self.roles.items():
            if right in ROLES.get(role, frozenset()):
                if not collections:
                    return None
                bound |= collections
        return frozenset(bound)


PUBLIC = Actor()
OPERATOR = Actor("operator", {"operator": frozenset()})
PIPELINE = Actor("pipeline", {"pipeline": frozenset()})
# What contributors may do to what they gave.
OWN = frozenset({Right.SEND, Right.WITHDRAW})
# What somebody else has to do.
DECIDING = frozenset({Right.REVIEW, Right.PUBLISH})


def contributor(submissions: Iterable[str] = ()) -> Actor:
    """Whoever gives, or has come back by code: nameless, and at home in these submissions alone."""
    return Actor("contributor", {"contributor": frozenset()}, frozenset(submissions))


def actor_of(user: User, submissions: Iterable[str] = ()) -> Actor:
    """The actor a signed-in user is, with the roles as they stand now."""
    return actor_with(user.id, ((role.name, role.collection) for role in user.roles), submissions)


def actor_with(user_id: str, held: Iterable[tuple[str, str]], submissions: Iterable[str] = ()) -> Actor:
    """The same of a user's roles as they stand in their rows: each a name and a collection, empty for all."""
    roles: dict[str, frozenset[str]] = {}
    for name, collection in held:
        bound = frozenset({collection}) if collection else frozenset()
        known = roles.get(name)
        # A role held in all collections is not narrowed by the same role held in one.
        roles[name] = bound if known is None else (known | bound if known and bound else frozenset())
    return Actor(user_id, roles, frozenset(submissions))


# Others can be recognised who were not asked, or said no: then nobody but staff is shown it.
UNASKED = frozenset({"not-asked", "refused"})


def is_open(item: Item, audience: Iterable[str], on: Days) -> bool:
    """Whether `item` is published for one of `audience` on the days `on`, by the consent as it stands."""
    return item.state == ItemState.PUBLISHED and _allows(item.consent, audience, on)


def widest(item: Item) -> str:
    """The widest audience that `item` is shown to at this moment; "" where nobody but staff sees it."""
    on, wide = days_now(), (Audience.PUBLIC, Audience.COMMUNITY)
    return next((one for one in wide if is_open(item, (one,), on)), "")


def shown_until(item: Item, consents: Sequence[Consent]) -> str:
    """The widest audience that saw `item` on the day it was taken back, where nobody wrote that down.

    Of a day on which a consent was changed nobody knows what came first: whatever may have stood has to allow it all day.
    """
    day = item.withdrawn_on
    if item.state != ItemState.WITHDRAWN or item.published_on is None or day is None:
        return ""
    known = sorted(consents, key=lambda one: one.version)
    stood = [one for one in known if one.given_on < day][-1:] + [one for one in known if one.given_on == day]
    wide = {Audience.PUBLIC: {Audience.PUBLIC}, Audience.COMMUNITY: {Audience.PUBLIC, Audience.COMMUNITY}}
    on = Days.within(day)
    return next((one for one, seen in wide.items() if stood and all(_allows(c, seen, on) for c in stood)), "")


def may_know_of(actor: Actor, item: Item) -> bool:
    """Whether `actor` may be told that an item was taken back: only those who could see it until then, and for good."""
    return item.state == ItemState.WITHDRAWN and item.shown_to in audiences(actor, item.collection)


def may_read_why(actor: Actor, item: Item) -> bool:
    """Whether `actor` may read what stands in its place, by the consent as it is now: narrowed since, it is nobody's."""
    return may_know_of(actor, item) and _allows(item.consent, audiences(actor, item.collection), days_now())


def was_public(item: Item) -> bool:
    """Whether everybody could see `item` for a day at least, by the consents that stood since it was first published.

    Of a day on which a consent was changed nobody knows what came first: it counts for none.
    """
    told = [one for one in item.submission.consents if one.version <= item.consent.version]
    # Whatever is allowed after it was taken back shows nothing.
    last = item.withdrawn_on or today()
    ends = [*(min(one.given_on, last) for one in told[1:]), last]
    days = [max(item.published_on or today(), one.given_on, one.not_before or one.given_on) for one in told]
    stood = zip(told, days, ends, strict=True)
    # What opens on a day has opened everywhere before it ends in UTC; by then it may be over somewhere.
    on = {day: Days(day, Days.within(day).last) for day in days}
    return any(day < end and _allows(one, audiences(PUBLIC), on[day]) for one, day, end in stood)


def _allows(consent: Consent, audience: Iterable[str], on: Days) -> bool:
    """Whether a consent allows that one of `audience` is shown what it is for on the days `on`."""
    return (
        consent.audience in audience
        and consent.people not in UNASKED
        and (consent.not_before is None or on.has_begun(consent.not_before))
        and (consent.not_after is None or not on.is_over(consent.not_after))
    )


# What nobody has a reason to open while they review: taken back, or not taken in.
SEALED = frozenset({ItemState.WITHDRAWN, ItemState.DECLINED})


def is_sealed_to(actor: Actor, item: Item | Row[*tuple[Any, ...]]) -> bool:
    """Whether a look at `item` by `actor` is written down: nobody sees what is sealed unnoticed, but who gave it."""
    return item.state in SEALED and item.submission_id not in actor.submissions


def unsealed(actor: Actor, item: type[Item] = Item) -> ColumnElement[bool]:
    """The WHERE clause that leaves the items of whose content lists, counts and filters may tell `actor`: not the sealed."""
    return or_(item.state.not_in(SEALED), item.submission_id.in_(actor.submissions))


def consent_shows(item: Item, on: Days | None = None) -> bool:
    """Whether the consent as it stands lets others than staff see `item`, now or from the day it names."""
    then = (on or days_now()).not_before(item.consent.not_before)
    return _allows(item.consent, (Audience.PUBLIC, Audience.COMMUNITY), then)


def can_see(actor: Actor, item: Item, on: Days | None = None) -> bool:
    """Whether `actor` may see `item` at all; `visible` says the same in SQL."""
    if actor.gave(item):
        return True
    if item.state == ItemState.DRAFT:
        return False
    looks_after = actor.has(Right.SEE_ALL, item.collection)
    return looks_after or is_open(item, audiences(actor, item.collection), on or days_now())


def can(actor: Actor, right: Right, item: Item) -> bool:
    """Whether `actor` may use `right` on `item`; nobody may do anything to what they may not see.

    Nobody decides on what they gave themselves.
    """
    if right in DECIDING and item.submission_id in actor.submissions | actor.given_here:
        return False
    allowed = actor.has(right, item.collection) or (right in OWN and actor.gave(item))
    return allowed and can_see(actor, item)


def may_narrow(actor: Actor, item: Item) -> bool:
    """Whether `actor` may take parts of `item` out of what is shown; also of what they gave, for it opens nothing."""
    return actor.has(Right.REVIEW, item.collection) and can_see(actor, item)


def may_keep_words(actor: Actor) -> bool:
    """Whether `actor` may see and change the names, places and terms that items share.

    Collections share them: somebody bound to one would change, and learn of, what others hold.
    """
    return actor.collections_with(Right.KEEP_WORDS) is None


def may_write_pages(actor: Actor, collection: str | None = None) -> bool:
    """Whether `actor` may write the stories and the introduction of `collection` (None: of at least one)."""
    return actor.has(Right.WRITE_PAGES, collection)


def is_shown_to(actor: Actor, item: Item) -> bool:
    """Whether a page that is written around items shows `item` to `actor`: as to those it is published for.

    Staff see nothing more there: what was taken back is gone for them too.
    """
    return is_open(item, audiences(actor, item.collection), days_now())


def can_read(actor: Actor, story: Story) -> bool:
    """Whether `actor` may read a story; until it is published only staff of its collection may."""
    return story.published or actor.has(Right.SEE_ALL, story.collection)


def readable(actor: Actor) -> ColumnElement[bool]:
    """The WHERE clause that leaves the stories `actor` may read; for queries on Story."""
    everything = actor.collections_with(Right.SEE_ALL)
    return true() if everything is None else or_(Story.published, Story.collection.in_(everything))


def audiences(actor: Actor, collection: str | None = None) -> tuple[str, ...]:
    """The audiences `actor` belongs to."""
    if actor.has(Right.SEE_COMMUNITY, collection):
        return (Audience.PUBLIC, Audience.COMMUNITY)
    return (Audience.PUBLIC,)


def visible(actor: Actor, on: Days | None = None) -> ColumnElement[bool]:
    """The WHERE clause that leaves the items `actor` may see; for queries on Item."""
    clause = _visible_to_others(actor, on or days_now())
    return or_(clause, Item.submission_id.in_(actor.submissions)) if actor.submissions else clause


def looked_after(actor: Actor, right: Right = Right.SEE_ALL) -> ColumnElement[bool]:
    """The WHERE clause that leaves what is on the desk of `actor`: that on which they have `right`, not what anybody sees."""
    where = actor.collections_with(right)
    sent = Item.state != ItemState.DRAFT
    return sent if where is None else and_(Item.collection.in_(where), sent)


def _visible_to_others(actor: Actor, on: Days) -> ColumnElement[bool]:
    """What `actor` may see of what others gave."""
    everything = actor.collections_with(Right.SEE_ALL)
    if everything is None:
        return Item.state != ItemState.DRAFT
    community = actor.collections_with(Right.SEE_COMMUNITY)
    audience: ColumnElement[bool] = Consent.audience == Audience.PUBLIC
    if community is None:
        audience = Consent.audience.in_((Audience.PUBLIC, Audience.COMMUNITY))
    elif community:
        inside = and_(Consent.audience == Audience.COMMUNITY, Item.collection.in_(community))
        audience = or_(audience, inside)
    consents = select(Consent.id).where(
        Consent.id == Item.consent_id,
        audience,
        Consent.people.not_in(UNASKED),
        or_(Consent.not_before.is_(None), Consent.not_before <= on.first),
        or_(Consent.not_after.is_(None), Consent.not_after >= on.last),
    )
    clause = and_(Item.state == ItemState.PUBLISHED, consents.exists())
    return or_(clause, looked_after(actor)) if everything else clause
