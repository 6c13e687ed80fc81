"""One decision about who may see, asked in Python or in SQL, always with the same answer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from archive.access import OPERATOR, PIPELINE, PUBLIC, ROLES, Actor, actor_of, can, can_see, visible
from archive.models import (
    Audience,
    Base,
    Collection,
    Consent,
    Database,
    Days,
    Item,
    ItemState,
    Right,
    Role,
    Submission,
    User,
    today,
)

DAY = today()
DAYS = (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1))
# It is one day for everybody, or one here and the next elsewhere.
MOMENTS = (*(Days(one, one) for one in DAYS), *map(Days, DAYS, DAYS[1:]))
COLLECTIONS = ("march-25", "convenings")


@dataclass(frozen=True)
class World:
    """A database with an item of every state, audience, collection and pair of dates."""

    db: Database
    items: dict[str, Item]

    def seen_by_sql(self, actor: Actor, on: Days | None = None) -> set[str]:
        with self.db.read() as session:
            return set(session.scalars(select(Item.id).where(visible(actor, on))))

    def seen_by_python(self, actor: Actor, on: Days | None = None) -> set[str]:
        return {item_id for item_id, item in self.items.items() if can_see(actor, item, on)}


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    db = Database(database_url)
    Base.metadata.create_all(db.engine)
    with db.write() as session:
        session.add_all(Collection(slug=slug) for slug in COLLECTIONS)
        session.flush()
        dates = itertools.product((None, *DAYS), (None, *DAYS))
        for slug, audience, (opens, closes) in itertools.product(COLLECTIONS, Audience, dates):
            consent = Consent(audience=audience, not_before=opens, not_after=closes)
            submission = Submission(collection=slug, consents=[consent])
            session.add(submission)
            for state in ItemState:
                session.add(Item(submission=submission, collection=slug, consent=consent, state=state))
    with db.read() as session:
        items = {item.id: item for item in session.scalars(select(Item))}
    yield World(db, items)
    db.close()


ACTORS = st.builds(
    Actor,
    st.just("somebody"),
    st.dictionaries(
        st.sampled_from([*ROLES, "a-role-nobody-knows"]),
        st.frozensets(st.sampled_from(COLLECTIONS)),
        max_size=3,
    ),
)


def test_python_and_sql_agree_for_every_role_in_every_collection(world: World) -> None:
    scopes = [frozenset[str](), *map(frozenset, ([one] for one in COLLECTIONS)), frozenset(COLLECTIONS)]
    for role, bound, on in itertools.product(ROLES, scopes, (None, *MOMENTS)):
        actor = Actor("somebody", {role: bound})
        assert world.seen_by_sql(actor, on) == world.seen_by_python(actor, on), (role, bound, on)
    assert world.seen_by_sql(PUBLIC) == world.seen_by_python(PUBLIC)


def test_python_and_sql_agree_for_any_mixture_of_roles(world: World) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ACTORS, st.sampled_from((None, *MOMENTS)))
    def agree(actor: Actor, on: Days | None) -> None:
        assert world.seen_by_sql(actor, on) == world.seen_by_python(actor, on)

    agree()


def test_the_public_sees_what_is_published_for_it_on_the_days_its_giver_allows(world: World) -> None:
    """Said once more in other words, so that a mistake in the policy itself is seen."""
    for on in MOMENTS:
        expected = {
            item.id
            for item in world.items.values()
            if item.state == "published" and item.consent.audience == "public"
            if not (item.consent.not_before and on.first < item.consent.not_before)
            if not (item.consent.not_after and on.last > item.consent.not_after)
        }
        assert expected
        assert world.seen_by_sql(PUBLIC, on) == expected


def test_a_role_of_one_collection_opens_nothing_in_another(world: World) -> None:
    for role in ROLES:
        actor = Actor("somebody", {role: frozenset({"convenings"})})
        more = world.seen_by_sql(actor) - world.seen_by_sql(PUBLIC)
        assert {world.items[item_id].collection for item_id in more} <= {"convenings"}


def test_nothing_may_be_done_to_what_may_not_be_seen(world: World) -> None:
    for role, right, item in itertools.product(ROLES, Right, world.items.values()):
        for bound in (frozenset[str](), frozenset({"march-25"})):
            actor = Actor("somebody", {role: bound})
            assert not can(actor, right, item) or can_see(actor, item)
            assert not can(actor, right, item) or not bound or item.collection == "march-25"


def test_only_the_operator_of_the_machine_may_do_everything() -> None:
    assert all(OPERATOR.has(right) for right in Right)
    assert not any(PUBLIC.has(right) for right in Right)
    assert not PIPELINE.has(Right.PUBLISH)
    for role in set(ROLES) - {"operator"}:
        assert ROLES[role] < frozenset(Right)


def test_a_user_holds_a_role_where_its_rows_say_and_everywhere_wins() -> None:
    def roles(*rows: tuple[str, str]) -> dict[str, frozenset[str]]:
        return actor_of(User(id="u", roles=[Role(name=name, collection=where) for name, where in rows])).roles

    assert roles() == {}
    assert roles(("curator", "a"), ("curator", "b")) == {"curator": frozenset({"a", "b"})}
    for rows in itertools.permutations([("curator", "a"), ("curator", ""), ("curator", "b")]):
        assert roles(*rows) == {"curator": frozenset()}
    assert roles(("curator", "a"), ("member", "")) == {"curator": frozenset({"a"}), "member": frozenset()}
