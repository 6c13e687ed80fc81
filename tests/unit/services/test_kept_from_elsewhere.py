"""What was moved to another collection loses nothing there: it is said, changed, emptied and brought back like the rest."""

from __future__ import annotations

import csv
import io

from archive.access import PUBLIC, Actor, contributor
from archive.models import Event, Item, ItemState
from archive.services import batches, bringing_back, mine, moving, previewing, revisions, show, together
from archive.services.choosing import Choice
from archive.services.opening import Archive
from archive.services.revisions import Said
from archive.services.sheets import plan_sheet, read_sheet, write_sheet
from tests.fixtures.curators import curator
from tests.fixtures.items import give, item_of
from tests.fixtures.tables import written

SAID = {
    "creators": "Fountain Hughes\nHermond Norwood (interviewer)",
    "people": "Esther Jones",
    "description": "A long talk on a porch.",
    "subjects": "Letters",
    "content_note": "describes a whipping",
    "relation": "A book",
    "community_notice": "Please say the names.",
    "observances": "day-of-remembrance",
    "kind": "text",
}


def described(archive: Archive, who: Actor, **more: str) -> str:
    """A published item of march-25 of which all of that is said."""
    item_id = give(archive, state=ItemState.PUBLISHED, title="As it came")
    assert say(archive, who, item_id, **{**SAID, **more}) == {}
    return item_id


def say(archive: Archive, who: Actor, item_id: str, **said: str) -> dict[str, object]:
    now = revisions.spoken(archive, who, item_id)
    return dict(revisions.change(archive, who, item_id, now.said | said, {}, "en", now.mark))


def said(archive: Archive, who: Actor, item_id: str) -> Said:
    return {name: text for name, text in revisions.spoken(archive, who, item_id).said.items() if text}


def move(archive: Archive, who: Actor, item_id: str, collection: str = "convenings") -> None:
    # A reviewed item alone has a bag, which is asked for.
    with archive.db.write() as session:
        session.get_one(Item, item_id).bag_key = "kept"
    moving.move(archive, who, item_id, collection, item_of(archive, item_id).version)
    # There is none, and nobody is to be told of it: others share the archive.
    with archive.db.write() as session:
        session.get_one(Item, item_id).bag_key = ""


def bring_back(archive: Archive, who: Actor, item_id: str, number: int) -> None:
    bringing_back.restore(archive, who, item_id, number, revisions.spoken(archive, who, item_id).mark, "en")


def as_it_is(archive: Archive, item_id: str) -> dict[str, object]:
    row = item_of(archive, item_id)
    columns = {one.name: getattr(row, one.key) for one in Item.__mapper__.column_attrs for one in one.columns}
    moving = ("collection", "version", "record_revision", "record_pending", "index_pending", "bag_key")
    links = {
        "agents": [(one.agent.name, one.role) for one in row.agents],
        "terms": [one.term.label for one in row.terms],
        "places": [one.place.name for one in row.places],
    }
    return {name: value for name, value in columns.items() if name not in moving} | links


def test_moved_saved_there_and_moved_back_everything_is_as_it_was(archive: Archive) -> None:
    who = curator(archive)
    item_id = described(archive, who)
    before, spoke = as_it_is(archive, item_id), said(archive, who, item_id)
    move(archive, who, item_id)
    here = said(archive, who, item_id)
    assert here == {
        **{name: text for name, text in spoke.items() if name != "creators"},
        "hosts": spoke["creators"],
    }
    assert say(archive, who, item_id) == {} and as_it_is(archive, item_id) == before
    move(archive, who, item_id, "march-25")
    assert said(archive, who, item_id) == spoke and as_it_is(archive, item_id) == before


def test_the_history_says_who_moved_it_and_that_nothing_else_changed(archive: Archive) -> None:
    who = curator(archive)
    item_id = described(archive, who)
    move(archive, who, item_id)
    assert say(archive, who, item_id, lesson="Listen first.") == {}
    lesson, moved, *_ = revisions.history(archive, who, item_id)
    assert (moved.agent, moved.changed, moved.moved) == (who.id, (), ("march-25", "convenings"))
    assert (lesson.agent, lesson.changed) == (who.id, (("lesson", "", "Listen first."),))


def test_what_was_moved_before_anybody_described_it_has_a_history_too(archive: Archive) -> None:
    who = curator(archive)
    item_id = give(archive, state=ItemState.IN_REVIEW, names=[("Ada", "creator")])
    move(archive, who, item_id)
    moved, came = revisions.history(archive, who, item_id)
    assert ("hosts", "", "Ada") in came.changed and came.agent == "operator"
    assert (moved.agent, moved.changed, moved.moved) == (who.id, (), ("march-25", "convenings"))


def test_what_a_revision_says_under_another_name_comes_back_and_nothing_it_does_not_speak_of_goes(
    archive: Archive,
) -> None:
    who = curator(archive)
    item_id = described(archive, who)
    move(archive, who, item_id)
    stands = said(archive, who, item_id)
    gone = {"hosts": "Somebody else", "content_note": "", "people": "", "relation": ""}
    assert say(archive, who, item_id, lesson="Listen first.", **gone) == {}
    assert "content_note" not in said(archive, who, item_id)
    bring_back(archive, who, item_id, 2)
    assert said(archive, who, item_id) == {**stands, "lesson": "Listen first."}
    assert item_of(archive, item_id).content_note == SAID["content_note"]
    # Where the collection has the names of the revision, what is kept of the other stays as well.
    move(archive, who, item_id, "march-25")
    bring_back(archive, who, item_id, 2)
    assert item_of(archive, item_id).extra["lesson"] == "Listen first."
    assert revisions.spoken(archive, who, item_id).said["creators"] == SAID["creators"]


def test_what_is_kept_is_emptied_once_and_what_was_typed_of_it_meanwhile_is_not_lost(
    archive: Archive,
) -> None:
    who = curator(archive)
    item_id = described(archive, who)
    move(archive, who, item_id)
    before = revisions.spoken(archive, who, item_id)
    assert say(archive, who, item_id, content_note="") == {}
    assert item_of(archive, item_id).content_note == ""
    assert "content_note" not in revisions.spoken(archive, who, item_id).said
    typed = before.said | {"content_note": "names a place"}
    assert "content_note" in revisions.spoken(archive, who, item_id, typed).said
    now = revisions.spoken(archive, who, item_id)
    assert revisions.change(archive, who, item_id, typed, {}, "en", now.mark) == {}
    assert item_of(archive, item_id).content_note == "names a place"


def test_what_is_kept_need_not_fit_to_describe_the_rest_and_the_preview_shows_it(archive: Archive) -> None:
    who = curator(archive)
    item_id = described(archive, who)
    move(archive, who, item_id)
    with archive.db.write() as session:
        session.get_one(Item, item_id).kind = "a word of no list"
    now = revisions.spoken(archive, who, item_id)
    typed = now.said | {"title": "Another title", "people": "Esther Jones\nAnother"}
    found, troubles = previewing.preview(archive, who, item_id, typed, {}, "en")
    assert found is not None and not troubles and found.item.kind == "a word of no list"
    names = [one.name for one in found.item.names]
    assert "Another" in names and found.item.content_note == SAID["content_note"]
    assert say(archive, who, item_id, title="Another title") == {}
    assert item_of(archive, item_id).kind == "a word of no list"
    assert "kind" in say(archive, who, item_id, kind="another of no list")


def test_whoever_gave_it_corrects_it_there_and_no_name_is_dropped(archive: Archive) -> None:
    who = curator(archive)
    item_id = described(archive, who)
    move(archive, who, item_id)
    with archive.db.write() as session:
        session.get_one(Item, item_id).state = ItemState.IN_REVIEW
    giver = contributor([item_of(archive, item_id).submission_id])
    before = as_it_is(archive, item_id)
    now = mine.spoken(archive, giver, item_id)
    assert (
        mine.correct(archive, giver, item_id, now.said | {"title": "As they say"}, "en", seen=now.mark) == {}
    )
    after = as_it_is(archive, item_id)
    assert (after["title"], after["agents"]) == ("As they say", before["agents"])
    newest, *_ = revisions.history(archive, who, item_id)
    assert newest.changed == (("title", "As it came", "As they say"),)


def test_what_is_shown_together_with_it_is_taken_away_there_and_can_have_parts_of_its_own(
    archive: Archive,
) -> None:
    who = curator(archive)
    part, other = (give(archive, state=ItemState.PUBLISHED, title=one) for one in ("The back", "A third"))
    item_id = described(archive, who, parts=part)
    move(archive, who, item_id)
    assert [one.card.id for one in together.of(archive, who, item_id).parts] == [part]
    found = together.look(archive, who, item_id)
    assert found.said == part
    assert together.change(archive, who, item_id, "", found.seen) is None
    assert together.of(archive, who, item_id) == together.Together()
    assert together.look(archive, who, item_id).before == part
    with archive.db.read() as session:
        assert session.query(Event).filter_by(subject_id=part, kind="show-apart").count() == 1
    assert together.change(archive, who, part, other, together.look(archive, who, part).seen) is None
    assert [one.card.id for one in together.of(archive, who, part).parts] == [other]


def test_what_is_kept_goes_out_and_comes_in_as_columns_of_the_sheet_and_is_taken_back(
    archive: Archive,
) -> None:
    who = curator(archive)
    item_id, beside = (
        described(archive, who),
        give(archive, state=ItemState.PUBLISHED, collection="convenings"),
    )
    head = next(write_sheet(archive, curator(archive), Choice("march-25"))).strip().split(",")
    assert "hosts" not in head
    move(archive, who, item_id)
    text = "".join(write_sheet(archive, who, Choice("convenings")))
    rows = [one for one in csv.DictReader(io.StringIO(text, newline="")) if one["id"] in (item_id, beside)]
    ours, others = sorted(rows, key=lambda one: one["id"] != item_id)
    assert {name: ours[name] for name in SAID if name != "creators"} == {
        name: text for name, text in SAID.items() if name != "creators"
    }
    assert others["content_note"] == "" and read_sheet(archive, who, written(rows).encode()).unchanged == 2
    ours["content_note"] = ""
    sheet = read_sheet(archive, who, written(rows).encode())
    assert not sheet.problems and [dict(one.said) for one in sheet.changes] == [{"content_note": ""}]
    batch_id = plan_sheet(archive, who, sheet)
    batches.ask(archive, who, batch_id)
    batches.carry_out(archive, batch_id)
    assert item_of(archive, item_id).content_note == ""
    back = batches.undo(archive, who, batch_id)
    batches.ask(archive, who, back)
    batches.carry_out(archive, back)
    assert item_of(archive, item_id).content_note == SAID["content_note"]
    others["content_note"] = "nobody asked"
    told = read_sheet(archive, who, written([others]).encode()).problems
    assert [(one.column, one.code) for one in told] == [("content_note", "no-such-field")]


def test_what_it_belongs_with_is_told_there_to_those_alone_who_may_see_it(archive: Archive) -> None:
    who = curator(archive)
    hidden = give(archive, state=ItemState.IN_REVIEW, title="Hidden")
    item_id = described(archive, who, relation=f"A book\n{hidden}")
    move(archive, who, item_id)
    related = show.item(archive, PUBLIC, item_id).related
    assert [one.words for one in related["relation"]] == ["A book"]
