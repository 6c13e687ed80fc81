"""Names and words are changed whole, by one at a time, and what uses them hears of it piece by piece; on both databases."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update

from archive.access import OPERATOR
from archive.models import (
    Agent,
    AlternativeName,
    Authority,
    Consent,
    Event,
    Item,
    ItemAgent,
    ItemState,
    MergedAuthority,
    Rewording,
)
from archive.models.errors import ArchiveError, ConflictError, ForbiddenError
from archive.services import authorities, rewording, withdrawing
from archive.services.authority_changes import add, change, remove
from archive.services.authority_merges import merge
from archive.services.describe import Description, describe
from archive.services.lifecycle import load_for_change
from archive.services.opening import Archive
from tests.fixtures.items import actor, give
from tests.fixtures.withdrawn import settle

CURATOR = actor("curator")


def agent(archive: Archive, name: str) -> str:
    with archive.db.read() as session:
        return session.scalars(select(Agent.id).where(Agent.name == name)).one()


def mark(archive: Archive, word_id: str) -> str:
    return authorities.one(archive, CURATOR, "agents", word_id).wording.mark


def merge_now(archive: Archive, word_id: str, into: str) -> int:
    return merge(archive, CURATOR, "agents", word_id, into, (mark(archive, word_id), mark(archive, into)))


def carry_all(archive: Archive) -> None:
    for one in rewording.waiting(archive):
        rewording.carry_on(archive, one)


def named(archive: Archive, *names: tuple[str, str], state: ItemState = ItemState.PUBLISHED) -> str:
    return give(archive, state=state, names=list(names))


def links(archive: Archive, item_id: str) -> list[tuple[str, str]]:
    with archive.db.read() as session:
        query = select(Agent.name, ItemAgent.role).join(ItemAgent, ItemAgent.agent_id == Agent.id)
        rows = session.execute(query.where(ItemAgent.item_id == item_id).order_by(ItemAgent.position))
        return [(row[0], row[1]) for row in rows]


def test_a_merge_moves_every_link_once_and_keeps_each_role(empty_archive: Archive) -> None:
    archive = empty_archive
    both = named(archive, ("Lost", "creator"), ("Kept", "creator"), ("Lost", "speaker"))
    lost_only = named(archive, ("Other", "creator"), ("Lost", "creator"))
    lost, kept = agent(archive, "Lost"), agent(archive, "Kept")
    assert merge_now(archive, lost, kept) == 2
    assert links(archive, both) == [("Kept", "creator"), ("Kept", "speaker")]
    assert links(archive, lost_only) == [("Other", "creator"), ("Kept", "creator")]
    assert authorities.led_to(archive, CURATOR, "agents", lost) == kept


def test_merges_one_after_the_other_lead_to_the_last_one(empty_archive: Archive) -> None:
    archive = empty_archive
    item = named(archive, ("A", "creator"), ("B", "creator"), ("C", "creator"))
    a, b, c = (agent(archive, name) for name in "ABC")
    merge_now(archive, a, b)
    merge_now(archive, b, c)
    assert authorities.led_to(archive, CURATOR, "agents", a) == c
    assert links(archive, item) == [("C", "creator")]
    with archive.db.write() as session:
        row = session.get_one(Item, item)
        describe(session, row, Description(title="A note", names=[("A", "creator"), ("B", "speaker")]))
    assert links(archive, item) == [("C", "creator"), ("C", "speaker")]


def test_what_uses_a_name_hears_of_it_a_few_items_at_a_time_and_each_once_though_it_is_interrupted(
    empty_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = empty_archive
    items = [named(archive, ("Lost", "creator")) for _ in range(7)]
    lost = agent(archive, "Lost")
    before = versions(archive)
    assert not change(archive, CURATOR, "agents", lost, {"name": "Found"}, mark(archive, lost))
    monkeypatch.setattr(rewording, "AT_ONCE", 3)
    told = rewording._tell
    count = 0

    def tell(*args: object) -> None:
        nonlocal count
        count += 1
        if count == 5:
            raise KeyboardInterrupt
        told(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(rewording, "_tell", tell)
    (work,) = rewording.waiting(archive)
    with pytest.raises(KeyboardInterrupt):
        rewording.carry_on(archive, work)
    assert sum(1 for item, now in versions(archive).items() if now != before[item]) == 3
    assert rewording.carry_on(archive, work) == 4
    assert rewording.carry_on(archive, work) == 0 and rewording.waiting(archive) == []
    assert all(now == before[item] + 1 for item, now in versions(archive).items())
    with archive.db.read() as session:
        events = session.execute(
            select(Event.subject_id, func.count())
            .where(Event.kind == "reword", Event.subject_id.in_(items))
            .group_by(Event.subject_id)
        ).all()
    assert {row[0]: row[1] for row in events} == dict.fromkeys(items, 1)


def versions(archive: Archive) -> dict[str, int]:
    with archive.db.read() as session:
        return {row[0]: row[1] for row in session.execute(select(Item.id, Item.version))}


def test_of_many_who_change_one_name_at_once_one_does_and_the_others_are_told(empty_archive: Archive) -> None:
    archive = empty_archive
    named(archive, ("Lost", "creator"))
    lost = agent(archive, "Lost")
    seen = mark(archive, lost)

    def attempt(number: int) -> str:
        try:
            change(archive, CURATOR, "agents", lost, {"name": f"Name {number}"}, seen)
        except ConflictError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(attempt, range(12)))
    assert sorted(outcomes) == ["done"] + ["stale-version"] * 11


def test_of_many_who_add_one_name_at_once_one_does_and_the_others_read_that_it_is_here(
    empty_archive: Archive,
) -> None:
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda _: add(empty_archive, CURATOR, "agents", {"name": "New"}), range(12)))
    assert sum(1 for word_id, _ in outcomes if word_id) == 1
    assert [why for _, why in outcomes if why] == [{"name": "name-taken"}] * 11


def test_two_merges_in_opposite_directions_leave_one_of_the_two_and_nothing_is_lost(
    empty_archive: Archive,
) -> None:
    archive = empty_archive
    for number in range(8):
        item = named(archive, (f"X{number}", "creator"), (f"Y{number}", "creator"))
        x, y = agent(archive, f"X{number}"), agent(archive, f"Y{number}")
        marks = {one: mark(archive, one) for one in (x, y)}

        def attempt(pair: tuple[str, str], marks: dict[str, str] = marks) -> str:
            try:
                merge(archive, CURATOR, "agents", *pair, (marks[pair[0]], marks[pair[1]]))
            except ArchiveError as error:
                return error.code
            return "done"

        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(attempt, [(x, y), (y, x)]))
        assert sorted(outcomes) == ["done", "not-found"]
        assert len(links(archive, item)) == 1


def test_describing_while_a_name_is_merged_never_loses_the_link(empty_archive: Archive) -> None:
    archive = empty_archive
    for number in range(8):
        item = named(archive, (f"Kept {number}", "creator"))
        word_id, _ = add(archive, CURATOR, "agents", {"name": f"Lost {number}"})
        kept = agent(archive, f"Kept {number}")
        seen = mark(archive, word_id), mark(archive, kept)

        def say(item: str = item, number: int = number) -> None:
            with archive.db.write() as session:
                row = load_for_change(session, item)
                describe(session, row, Description(title="A note", names=[(f"Lost {number}", "creator")]))

        with ThreadPoolExecutor(2) as pool:
            done = [pool.submit(say), pool.submit(merge, archive, CURATOR, "agents", word_id, kept, seen)]
            for one in done:
                one.result()
        assert links(archive, item) == [(f"Kept {number}", "creator")]


@pytest.mark.parametrize("many", [200, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_name_that_many_items_bear_is_changed_without_holding_the_database(
    empty_archive: Archive, many: int
) -> None:
    archive = empty_archive
    first = named(archive, ("Lost", "creator"))
    lost = agent(archive, "Lost")
    named(archive, ("Kept", "creator"))
    kept = agent(archive, "Kept")
    with archive.db.write() as session:
        row = session.get_one(Item, first)
        ids = [f"another-{number:06}" for number in range(many)]
        session.add_all(
            Item(
                id=one, submission_id=row.submission_id, collection=row.collection, consent_id=row.consent_id
            )
            for one in ids
        )
        session.flush()
        session.add_all(ItemAgent(item_id=one, agent_id=lost) for one in ids)
        session.execute(update(Item).values(index_pending=False))
    assert merge_now(archive, lost, kept) == many + 1
    (work,) = rewording.waiting(archive)
    # What it takes at once is small, whatever there is of it.
    assert rewording.AT_ONCE <= 50
    with ThreadPoolExecutor(1) as pool:
        carrying = pool.submit(rewording.carry_on, archive, work)
        written = 0
        while not carrying.done():
            with archive.db.write() as session:
                session.execute(update(Consent).values(people_words="x"))
            written += 1
            time.sleep(0.01)
        assert carrying.result() == many + 2
    assert written > 2
    with archive.db.read() as session:
        assert session.scalar(select(func.count()).where(Item.index_pending)) == many + 2


def test_nothing_is_left_of_a_name_that_is_removed(empty_archive: Archive) -> None:
    archive = empty_archive
    word_id, _ = add(archive, CURATOR, "agents", {"name": "Gone", "others": "Also gone", "links": "Q42"})
    other, _ = add(archive, CURATOR, "agents", {"name": "Was another"})
    merge_now(archive, other, word_id)
    carry_all(archive)
    remove(archive, CURATOR, "agents", word_id, mark(archive, word_id))
    with archive.db.read() as session:
        for table in (AlternativeName, Authority, MergedAuthority, Rewording):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        details = session.scalars(select(Event.detail)).all()
    assert not any(word in str(details) for word in ("Gone", "gone", "another"))


def test_nothing_is_left_of_a_name_whose_last_item_was_destroyed(empty_archive: Archive) -> None:
    archive = empty_archive
    item = named(archive, ("Quillfeather", "creator"), ("Stays", "speaker"))
    named(archive, ("Stays", "creator"))
    name = agent(archive, "Quillfeather")
    typed = {
        "name": "Quillfeather Anna",
        "others": "Quillfeather II",
        "note": "Quillfeather III",
        "links": "Q42",
    }
    assert not change(archive, CURATOR, "agents", name, typed, mark(archive, name))
    old, _ = add(
        archive, CURATOR, "agents", {"name": "Old", "standing": "historic", "preferred": "Quillfeather Anna"}
    )
    carry_all(archive)
    withdrawing.withdraw_item(archive, OPERATOR, item, destroy=True)
    settle(archive)
    with archive.db.read() as session:
        kept = session.scalars(select(Agent.name).order_by(Agent.name)).all()
        known = session.scalars(select(Authority)).all()
        others = session.scalars(select(AlternativeName)).all()
    assert list(kept) == ["Old", "Stays"]
    assert [(one.id, one.preferred_id) for one in known] == [(old, None)] and others == []


def test_whoever_is_bound_to_a_collection_keeps_no_words(empty_archive: Archive) -> None:
    for one in (actor("curator", "march-25"), actor("archivist"), actor("member")):
        with pytest.raises(ForbiddenError):
            add(empty_archive, one, "agents", {"name": "New"})
    assert add(empty_archive, actor("administrator"), "agents", {"name": "New"})[0]


def test_who_bears_a_name_that_another_replaces_hears_of_it_when_the_other_is_destroyed(
    empty_archive: Archive,
) -> None:
    archive = empty_archive
    gone, stays = named(archive, ("Quillfeather Anna", "creator")), named(archive, ("Old", "creator"))
    old = agent(archive, "Old")
    typed = {"name": "Old", "standing": "historic", "preferred": "Quillfeather Anna"}
    assert not change(archive, CURATOR, "agents", old, typed, mark(archive, old))
    carry_all(archive)
    settle(archive)
    before = versions(archive)[stays]
    withdrawing.withdraw_item(archive, OPERATOR, gone, destroy=True)
    settle(archive)
    assert versions(archive)[stays] > before
