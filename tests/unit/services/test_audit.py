"""Who did what: found by each filter, page by page, within one's collections, and taken out as a table that runs nothing."""

from __future__ import annotations

import csv
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from archive.access import PUBLIC, ROLES, Actor, contributor
from archive.models import Agent, Event, ItemState, Right, Story, new_id, record_event, today
from archive.models.errors import ForbiddenError
from archive.services import accounts, audit, audit_subjects, sealed, show
from archive.services.audit import Asked, Happening
from archive.services.audit_subjects import Subject
from archive.services.messages import THREAD
from archive.services.opening import Archive
from tests.fixtures.items import actor, give, item_of

ARCHIVIST = actor("archivist")
EVERYTHING = Asked()


def every(archive: Archive, asked: Asked = EVERYTHING, who: Actor = ARCHIVIST) -> list[Happening]:
    """All of it, page by page."""
    found, older = audit.events(archive, who, asked)
    pages = [found]
    while older is not None:
        assert len(pages[-1]) == audit.PER_PAGE
        found, older = audit.events(archive, who, asked, older)
        pages.append(found)
    return [one for page in pages for one in page]


def add(archive: Archive, count: int, **more: str) -> str:
    subject = new_id()
    with archive.db.write() as session:
        for _ in range(count):
            record_event(
                session,
                subject,
                more.get("kind", "validate"),
                more.get("agent", "pipeline"),
                outcome=more.get("outcome", "success"),
            )
    return subject


def test_every_event_is_on_one_page_and_on_no_other_newest_first(empty_archive: Archive) -> None:
    subjects = [add(empty_archive, 60) for _ in range(5)]
    ids = [one.id for one in every(empty_archive)]
    assert len(ids) == 300 and ids == sorted(set(ids), reverse=True)
    assert [one.subject for one in every(empty_archive, Asked(subject=subjects[2]))] == [subjects[2]] * 60


def test_each_filter_leaves_what_it_names(empty_archive: Archive) -> None:
    accounts.create_user(empty_archive, "ada", "four random plain words", {"curator": ""})
    ada = accounts.id_of(empty_archive, "ada")
    mine = add(empty_archive, 2, agent=ada)
    failed = add(empty_archive, 1, outcome="failure")
    item_id = give(empty_archive, collection="convenings", title="A letter")
    for asked, wanted in (
        (Asked(who="ada"), {mine}),
        (Asked(who="pipeline"), {failed}),
        (Asked(kind="receive"), {item_id}),
        (Asked(outcome="failure"), {failed}),
        (Asked(outcome="success"), {mine, item_id}),
        (Asked(collection="convenings"), {item_id}),
        (Asked(collection="march-25"), set()),
        (Asked(since=today(), until=today()), {mine, failed, item_id}),
        (Asked(since=today() + timedelta(days=1)), set()),
        (Asked(until=today() - timedelta(days=1)), set()),
    ):
        assert {one.subject for one in every(empty_archive, asked)} == wanted, asked
    (one,) = every(empty_archive, Asked(subject=item_id))
    assert (one.about, one.on) == (Subject("item", "A letter", "convenings"), today())
    assert {one.who for one in every(empty_archive, Asked(subject=mine))} == {"ada"}
    with empty_archive.db.write() as session:
        record_event(session, ada, "roles-changed", "operator")
    newest = every(empty_archive, Asked(subject=ada))[0]
    assert newest.about == Subject(title="ada")


def written(archive: Archive, slug: str) -> dict[str, str]:
    """A story of a collection, its introduction and a spreadsheet of it, each with an event: their subjects by kind."""
    done = {"write-story": new_id(), "introduce": f"collection/{slug}", "sheet-export": new_id()}
    with archive.db.write() as session:
        session.add(Story(id=done["write-story"], slug=slug, collection=slug, title=f"Of {slug}"))
        for kind, subject in done.items():
            record_event(session, subject, kind, "somebody", {"collection": slug} if "sheet" in kind else {})
    return done


@pytest.mark.parametrize("few", [0, 500], ids=["many", "few"])
def test_whoever_looks_after_one_collection_sees_all_that_was_done_there_and_nothing_else(
    empty_archive: Archive, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Large collections are looked through in another way than small ones.
    monkeypatch.setattr(audit_subjects, "FEW", few)
    here, there = give(empty_archive), give(empty_archive, collection="convenings")
    given = item_of(empty_archive, there).submission_id
    with empty_archive.db.write() as session:
        record_event(session, given, "contact-read", "somebody")
        for item_id in (here, there):
            record_event(session, THREAD + item_id, "message", "somebody")
    done = [written(empty_archive, slug) for slug in ("march-25", "convenings")][1]
    add(empty_archive, 1)
    bound = actor("archivist", "convenings")
    assert {one.subject for one in every(empty_archive, who=bound)} == {there, given, *done.values()}
    for kind, subject in done.items():
        asked = Asked(kind=kind, collection="convenings")
        assert [one.subject for one in every(empty_archive, asked)] == [subject]
    (wrote,) = every(empty_archive, Asked(kind="message"), bound)
    assert (wrote.subject, wrote.about.kind, wrote.about.collection) == (there, "item", "convenings")
    assert every(empty_archive, Asked(collection="march-25"), bound) == []
    assert every(empty_archive, Asked(subject=here), bound) == []
    assert b"march-25" not in b"".join(audit.export(empty_archive, bound, Asked()))


def test_what_was_done_is_told_with_what_it_was_done_to(empty_archive: Archive) -> None:
    give(empty_archive, title="A letter")
    done = written(empty_archive, "march-25")
    with empty_archive.db.write() as session:
        session.add(Agent(id=(word := new_id()), name="Ann Doe"))
        record_event(session, word, "add-word", "somebody", {"room": "agents"})
    found = {one.kind: one.about for one in every(empty_archive)}
    of_it = Subject("collection", collection="march-25")
    assert found["write-story"] == Subject("story", "Of march-25", "march-25", "march-25")
    assert (found["introduce"], found["sheet-export"]) == (of_it, of_it)
    assert found["add-word"] == Subject("agents", "Ann Doe")
    table = b"".join(audit.export(empty_archive, ARCHIVIST, Asked())).decode()
    rows = {row["what"]: row for row in csv.DictReader(io.StringIO(table))}
    assert [(rows[kind]["about"], rows[kind]["title"], rows[kind]["collection"]) for kind in done] == [
        ("story", "Of march-25", "march-25"),
        ("collection", "", "march-25"),
        ("collection", "", "march-25"),
    ]
    assert (rows["add-word"]["about"], rows["add-word"]["title"]) == ("agents", "Ann Doe")
    # What was given is told by its id alone where it leaves the house.
    assert (rows["receive"]["about"], rows["receive"]["title"]) == ("item", "")


def test_only_those_with_the_right_look_through_it(archive: Archive) -> None:
    without = [actor(role) for role, rights in ROLES.items() if Right.AUDIT not in rights]
    assert {"archivist", "administrator"} <= {role for role, rights in ROLES.items() if Right.AUDIT in rights}
    for who in (*without, PUBLIC, contributor()):
        with pytest.raises(ForbiddenError):
            audit.events(archive, who, Asked())
        with pytest.raises(ForbiddenError):
            audit.export(archive, who, Asked())


def test_the_table_holds_the_whole_runs_no_formula_and_is_written_down(empty_archive: Archive) -> None:
    add(empty_archive, 1100, agent="=1+1")
    strange = '@a "b",\r\nc'
    with empty_archive.db.write() as session:
        record_event(session, "-2", "export", strange, {"for": "=cmd"})
    whole = b"".join(audit.export(empty_archive, ARCHIVIST, Asked()))
    assert whole.count(b"\r\n") == 1 + 1102 + 2
    rows = list(csv.DictReader(io.StringIO(whole.decode(), newline="")))
    assert len(rows) == 1102
    assert (rows[0]["what"], rows[0]["agent"]) == ("audit-export", ARCHIVIST.id)
    assert (rows[1]["who"], rows[1]["subject"], rows[1]["detail"]) == (
        "'" + strange,
        "'-2",
        '{"for": "=cmd"}',
    )
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row.values())
    narrowed = list(
        csv.DictReader(
            io.StringIO(b"".join(audit.export(empty_archive, ARCHIVIST, Asked(kind="export"))).decode())
        )
    )
    assert len(narrowed) == 1
    newest = every(empty_archive)[0]
    assert (newest.kind, newest.detail) == ("audit-export", {"kind": "export"})


def test_what_somebody_typed_to_take_the_table_out_is_in_no_event(empty_archive: Archive) -> None:
    ada = accounts.create_user(empty_archive, "ada", "four random plain words", {"curator": ""})
    item_id = give(empty_archive)
    word = "Quillfeather"
    for asked, wanted in (
        (Asked(who="ada", subject=item_id), {"who": ada, "subject": item_id}),
        (Asked(who="pipeline", collection="march-25"), {"who": "pipeline", "collection": "march-25"}),
        (
            Asked(word, word, word, word, word, until=today()),
            dict.fromkeys(("who", "kind", "collection", "subject"), "unknown")
            | {"outcome": "failure", "until": today().isoformat()},
        ),
    ):
        audit.export(empty_archive, ARCHIVIST, asked)
        assert every(empty_archive)[0].detail == wanted


def test_several_take_the_table_out_at_once(empty_archive: Archive) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: audit.export(empty_archive, ARCHIVIST, EVERYTHING), range(12)))
    assert len({one.subject for one in every(empty_archive)}) == 12


def looks(archive: Archive, item_id: str) -> list[str]:
    query = select(Event.agent).where(Event.subject_id == item_id, Event.kind == "sealed-read")
    with archive.db.read() as session:
        return list(session.scalars(query))


@pytest.mark.parametrize("state", [ItemState.WITHDRAWN, ItemState.DECLINED])
def test_a_look_at_what_is_sealed_is_written_down_once_a_day_for_each_person(
    archive: Archive, state: ItemState
) -> None:
    item_id = give(archive, state=state)
    version = item_of(archive, item_id).version
    threads = [
        threading.Thread(target=show.item, args=(archive, actor(role), item_id))
        for role in ("curator", "archivist") * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(looks(archive, item_id)) == ["somebody-archivist", "somebody-curator"]
    # Whoever decides about it at this moment is not disturbed.
    assert item_of(archive, item_id).version == version


def test_a_look_at_one_file_with_nothing_taken_out_is_another_than_one_at_the_item(archive: Archive) -> None:
    item_id = give(archive, state=ItemState.WITHDRAWN)
    for _ in range(2):
        for file_id in ("one", "", "two"):
            sealed.note_look(archive, actor("curator"), item_id, file_id)
    assert len(looks(archive, item_id)) == 3


def test_reviewing_is_no_look_at_something_sealed_nor_is_ones_own(archive: Archive) -> None:
    for state in set(ItemState) - {ItemState.WITHDRAWN, ItemState.DECLINED, ItemState.DRAFT}:
        item_id = give(archive, state=state)
        show.item(archive, actor("curator"), item_id)
        assert looks(archive, item_id) == [], state
    mine = give(archive, state=ItemState.WITHDRAWN)
    giver = replace(actor("curator"), submissions=frozenset({item_of(archive, mine).submission_id}))
    show.item(archive, giver, mine)
    assert looks(archive, mine) == []
