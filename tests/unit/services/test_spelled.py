"""Whoever writes a name or a word means the one there is, in whatever letters and by whatever name of it, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import pytest
from sqlalchemy import event, insert

from archive.access import OPERATOR, Actor
from archive.models import Agent, Item, ItemState, new_id
from archive.services import authority_changes, contribute, spelled
from archive.services.describe import Description, PlaceGiven, describe
from archive.services.opening import Archive
from tests.fixtures.at_once import at_once
from tests.fixtures.databases import DATABASES, postgres_database
from tests.fixtures.items import COLLECTION, actor, give, staged
from tests.unit.services.conftest import opened

CURATOR = actor("curator")


@pytest.fixture(scope="module", params=DATABASES)
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """One on each database, with a harmful word that nothing uses, one with another name, two that are spelled alike, and two called alike."""
    words = [
        ("terms", {"name": "Badword people", "standing": "harmful"}),
        ("terms", {"name": "Blacksmithing", "others": "Smithcraft\nbadword PEOPLE\nÉcole des forges"}),
        ("terms", {"name": "Trades", "others": "Trade 100%_\\\nAn ART"}),
        ("terms", {"name": "Painting", "others": "an Art"}),
        ("agents", {"name": "Иван Ёлкин", "others": "Ivan of the river"}),
        ("agents", {"name": "Anna Bello"}),
        ("agents", {"name": "ANNA BELLO"}),
        ("places", {"name": "Philadelphia", "others": "Philly"}),
    ]
    with ExitStack() as stack:
        url = ""
        if request.param != "sqlite":
            server, tables = (request.getfixturevalue(one) for one in ("postgres_url", "every_table"))
            url = stack.enter_context(postgres_database(server, tables))
        found = stack.enter_context(opened(tmp_path_factory.mktemp("spelled"), url))
        for room, typed in words:
            _, troubles = authority_changes.add(found, CURATOR, room, typed)
            assert troubles == {}
        yield found


def said(archive: Archive, item_id: str) -> tuple[list[str], list[str], list[str]]:
    with archive.db.read() as session:
        item = session.get_one(Item, item_id)
        return (
            [link.term.label for link in item.terms],
            [link.agent.name for link in item.agents],
            [link.place.name for link in item.places],
        )


def test_of_two_who_write_the_same_new_words_in_other_letters_at_once_both_mean_one_word(
    archive: Archive,
) -> None:
    def say(item_id: str, words: list[str]) -> None:
        with archive.db.write() as session:
            item = session.get_one(Item, item_id)
            describe(session, item, Description(subjects=words), CURATOR)

    for turn in range(6):
        ids = [give(archive, state=ItemState.IN_REVIEW) for _ in range(2)]
        words = [f"New {turn} {letter}" for letter in "ghijklmn"]
        acts = [partial(say, ids[0], words), partial(say, ids[1], [word.upper() for word in reversed(words)])]
        assert at_once(acts) == [None, None]
        one, other = (said(archive, item_id)[0] for item_id in ids)
        assert one == other[::-1]


def subjects(archive: Archive, *labels: str) -> list[str]:
    return said(archive, give(archive, subjects=labels))[0]


def people(archive: Archive, *names: str) -> list[str]:
    return said(archive, give(archive, names=[(name, "creator") for name in names]))[1]


def test_a_word_is_known_by_its_name_and_by_its_other_names_in_whatever_letters(archive: Archive) -> None:
    # A harmful word among them is not made anew without what is known of it; what is nearest counts.
    assert subjects(archive, "badword  people", "smithcraft", "E\u0301COLE des forges") == [
        "Badword people",
        "Blacksmithing",
    ]
    assert subjects(archive, "badword PEOPLE") == ["Blacksmithing"]
    assert subjects(archive, "trade 100%_\\", "trade 100x_\\") == ["Trades", "trade 100x_\\"]
    assert people(archive, "иван  ёлкин") == ["Иван Ёлкин"]
    # Two people may be called alike: another name of somebody leads nobody to them.
    assert people(archive, "Ivan of the river") == ["Ivan of the river"]
    places = [PlaceGiven("philly"), PlaceGiven("PHILADELPHIA"), PlaceGiven("Philadelphia Road")]
    assert said(archive, give(archive, places=places))[2] == ["Philadelphia", "Philadelphia Road"]


def test_where_several_are_as_near_what_was_written_is_a_word_of_its_own(archive: Archive) -> None:
    assert people(archive, "anna bello") == ["anna bello"]
    assert people(archive, "ANNA BELLO", "Anna Bello") == ["ANNA BELLO", "Anna Bello"]
    assert subjects(archive, "AN ART", "an Art") == ["AN ART", "Painting"]


def describe_as(archive: Archive, who: Actor, item_id: str, subject: str) -> list[str]:
    with archive.db.write() as session:
        item = session.get_one(Item, item_id)
        describe(session, item, Description(title="A note", subjects=[subject]), who)
    return said(archive, item_id)[0]


def test_what_somebody_may_not_know_of_leads_them_nowhere_and_a_word_of_ones_own_is_spelled_anew(
    archive: Archive,
) -> None:
    hidden = give(archive, subjects=["hidden music"], state=ItemState.IN_REVIEW)
    with archive.db.read() as session:
        giver = Actor("giver", {}, frozenset({session.get_one(Item, hidden).submission_id}))
    assert describe_as(archive, CURATOR, hidden, "Hidden music") == ["Hidden music"]
    assert describe_as(archive, giver, hidden, "Hidden Music") == ["Hidden Music"]
    other = give(archive)
    for outsider in (actor("member"), giver, actor("curator", "convenings")):
        assert describe_as(archive, outsider, other, "HIDDEN MUSIC") == ["HIDDEN MUSIC"]
    assert describe_as(archive, CURATOR, other, "HIDDEN  music") == ["Hidden Music"]


def test_what_a_record_says_already_is_taken_letter_by_letter(archive: Archive) -> None:
    what = Description(title="A note", subjects=["smithcraft"])
    draft = contribute.ItemDraft(what, (staged(archive, b"As it was said."),), as_said=True)
    received = contribute.receive(archive, OPERATOR, contribute.SubmissionDraft(COLLECTION, [draft]))
    assert said(archive, received.item_ids[0])[0] == ["smithcraft"]


def test_among_thousands_of_names_the_database_looks_by_one_question_and_few_come_back(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with archive.db.write() as session:
        rows = [{"id": new_id(), "name": f"Person {number}", "kind": "person"} for number in range(3_000)]
        session.execute(insert(Agent), rows)
    compared: list[str] = []
    monkeypatch.setattr(spelled, "spelled", lambda text: compared.append(text) or text.lower())
    asked: list[str] = []
    event.listen(archive.db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    people(archive, "person 2711 of Ohio")
    # What was typed alone: of those that are there none comes near it.
    assert set(compared) == {"person 2711 of Ohio"}
    assert sum("LIKE" in one for one in asked) == 1
