"""What was said of names and words that items share stays, through renaming and merging, and comes back; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Text, cast, delete, func, select

from archive.access import OPERATOR, Actor
from archive.models import Agent, Event, ItemState, SharedRevision, today
from archive.models.errors import ArchiveError, ConflictError, ForbiddenError, NotFoundError
from archive.services import authorities, withdrawing, word_revisions
from archive.services.authority_changes import add, change, remove, restore
from archive.services.authority_merges import merge
from archive.services.opening import Archive
from archive.services.shared_revisions import Change
from tests.fixtures.curators import curator
from tests.fixtures.items import actor, give
from tests.fixtures.withdrawn import settle

CURATOR = actor("curator")


def mark(archive: Archive, word_id: str, room: str = "agents") -> str:
    return authorities.one(archive, CURATOR, room, word_id).wording.mark


def added(archive: Archive, room: str = "agents", **typed: str) -> str:
    word_id, troubles = add(archive, CURATOR, room, typed)
    assert troubles == {}
    return word_id


def said(archive: Archive, word_id: str, who: Actor = CURATOR, room: str = "agents", **typed: str) -> None:
    now = word_revisions.as_typed(authorities.one(archive, CURATOR, room, word_id).wording)
    assert change(archive, who, room, word_id, now | typed, mark(archive, word_id, room)) == {}


def history(archive: Archive, word_id: str, room: str = "agents") -> tuple[Change, ...]:
    return word_revisions.history(archive, CURATOR, room, word_id)[0]


def bring_back(archive: Archive, word_id: str, number: int, room: str = "agents") -> None:
    restore(archive, CURATOR, room, word_id, number, mark(archive, word_id, room))


def everything_kept(archive: Archive) -> str:
    with archive.db.read() as session:
        return "\n".join(session.scalars(select(cast(SharedRevision.said, Text))))


def test_the_note_the_links_and_the_other_names_of_a_harmful_word_stay_after_they_are_written_over(
    empty_archive: Archive,
) -> None:
    word = added(
        empty_archive, "terms", name="Cargo", standing="harmful", note="It calls people goods.", links="Q42"
    )
    somebody = curator(empty_archive)
    said(empty_archive, word, somebody, "terms", note="Another note.", links="", others="Freight")
    newest, first = history(empty_archive, word, "terms")
    assert (newest.number, newest.on, newest.agent) == (2, today(), somebody.id)
    assert newest.changed == (
        ("others", "", "Freight"),
        ("links", "https://www.wikidata.org/entity/Q42", ""),
        ("note", "It calls people goods.", "Another note."),
    )
    assert (first.number, first.agent) == (1, CURATOR.id)
    assert ("note", "", "It calls people goods.") in first.changed
    bring_back(empty_archive, word, 1, "terms")
    wording = authorities.one(empty_archive, CURATOR, "terms", word).wording
    assert (wording.note, wording.others) == ("It calls people goods.", ())
    assert wording.links == ("https://www.wikidata.org/entity/Q42",)
    assert [one.number for one in history(empty_archive, word, "terms")] == [3, 2, 1]
    # Saying the same again is no change.
    said(empty_archive, word, CURATOR, "terms")
    assert len(history(empty_archive, word, "terms")) == 3


def test_what_was_written_before_revisions_were_kept_is_told_of_who_wrote_it_or_of_nobody(
    empty_archive: Archive,
) -> None:
    somebody = curator(empty_archive)
    written = added(empty_archive, name="Ada")
    said(empty_archive, written, somebody, note="By somebody.")
    give(empty_archive, names=[("Bea", "creator")])
    with empty_archive.db.write() as session:
        session.execute(delete(SharedRevision))
    (bea,) = (one.id for one in authorities.listed(empty_archive, CURATOR, "agents", "Bea")[1])
    for word in (written, bea):
        said(empty_archive, word, note="Now.")
    first, unknown = (history(empty_archive, word)[-1] for word in (written, bea))
    assert (first.agent, first.on) == (somebody.id, today())
    assert ("note", "", "By somebody.") in first.changed
    assert (unknown.agent, unknown.on) == ("", None) and ("name", "", "Bea") in unknown.changed


def test_a_renaming_is_taken_back_and_the_name_between_still_leads_on(empty_archive: Archive) -> None:
    word = added(empty_archive, name="Before")
    said(empty_archive, word, name="Between")
    said(empty_archive, word, others="")
    # The name before leads on no more, until what was said while it did is brought back.
    bring_back(empty_archive, word, 2)
    give(empty_archive, names=[("Before", "creator")])
    assert authorities.one(empty_archive, CURATOR, "agents", word).uses == 1
    bring_back(empty_archive, word, 1)
    wording = authorities.one(empty_archive, CURATOR, "agents", word).wording
    assert (wording.name, wording.others) == ("Before", ("Between",))
    give(empty_archive, names=[("Between", "creator")])
    assert authorities.one(empty_archive, CURATOR, "agents", word).uses == 2


def test_what_does_not_fit_any_more_is_told_and_nothing_is_changed(empty_archive: Archive) -> None:
    word = added(empty_archive, name="Taken")
    said(empty_archive, word, name="Other")
    added(empty_archive, name="Taken")
    seen = mark(empty_archive, word)
    with pytest.raises(ConflictError) as caught:
        bring_back(empty_archive, word, 1)
    assert caught.value.code == "revision-does-not-fit"
    with pytest.raises(NotFoundError):
        bring_back(empty_archive, word, 9)
    assert mark(empty_archive, word) == seen


def test_of_many_who_bring_back_at_once_one_does_and_the_others_are_told(empty_archive: Archive) -> None:
    word = added(empty_archive, name="Ada", note="One.")
    said(empty_archive, word, note="Two.")
    seen = mark(empty_archive, word)

    def one(_number: int) -> str:
        try:
            restore(empty_archive, CURATOR, "agents", word, 1, seen)
        except ArchiveError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == ["done", *["stale-version"] * 3]
    assert len(history(empty_archive, word)) == 3


def test_where_a_place_is_comes_back_to_the_last_digit(empty_archive: Archive) -> None:
    word = added(empty_archive, "places", name="Norfolk", latitude="36.8468123", longitude="-76.2951987")
    said(empty_archive, word, room="places", latitude="1", longitude="2")
    bring_back(empty_archive, word, 1, "places")
    wording = authorities.one(empty_archive, CURATOR, "places", word).wording
    assert (wording.latitude, wording.longitude) == (36.8468123, -76.2951987)


def test_the_word_to_prefer_is_followed_when_it_is_renamed_and_when_it_is_merged(
    empty_archive: Archive,
) -> None:
    somebody = curator(empty_archive)
    better = added(empty_archive, name="Better")
    old = added(empty_archive, name="Old", standing="historic", preferred="Better")
    said(empty_archive, better, somebody, name="Best")
    renamed = history(empty_archive, old)[0]
    assert (renamed.agent, renamed.changed) == (somebody.id, (("preferred", "Better", "Best"),))
    said(empty_archive, old, standing="", preferred="")
    bring_back(empty_archive, old, 1)
    assert authorities.one(empty_archive, CURATOR, "agents", old).wording.preferred == "Best"
    said(empty_archive, old, standing="", preferred="")
    last = added(empty_archive, name="The last")
    merge(
        empty_archive,
        CURATOR,
        "agents",
        better,
        last,
        (mark(empty_archive, better), mark(empty_archive, last)),
    )
    bring_back(empty_archive, old, 1)
    assert authorities.one(empty_archive, CURATOR, "agents", old).wording.preferred == "The last"


def test_what_was_said_of_one_that_is_merged_away_stays_beside_the_one_that_stays(
    empty_archive: Archive,
) -> None:
    kept, lost = added(empty_archive, name="Kept", note="Mine."), added(empty_archive, name="Lost")
    said(empty_archive, lost, note="What only the lost one said.")
    marks = mark(empty_archive, lost), mark(empty_archive, kept)
    merge(empty_archive, CURATOR, "agents", lost, kept, marks)
    changes, (other,) = word_revisions.history(empty_archive, CURATOR, "agents", kept)
    assert changes[0].changed == (("others", "", "Lost"),)
    assert other.name == "Lost"
    assert other.changes[0].changed == (("note", "", "What only the lost one said."),)
    # Merged on, and then removed: what nobody can look at is kept nowhere.
    last = added(empty_archive, name="Last")
    marks = mark(empty_archive, kept), mark(empty_archive, last)
    merge(empty_archive, CURATOR, "agents", kept, last, marks)
    merged = word_revisions.history(empty_archive, CURATOR, "agents", last)[1]
    assert {one.name for one in merged} == {"Lost", "Kept"}
    remove(empty_archive, CURATOR, "agents", last, mark(empty_archive, last))
    assert everything_kept(empty_archive) == ""


def test_a_name_that_is_let_go_is_in_no_revision_and_all_else_that_was_said_stays(
    empty_archive: Archive,
) -> None:
    word = added(empty_archive, name="Quillfeather", note="A sentence.")
    old = added(empty_archive, name="Old", standing="historic", preferred="Quillfeather")
    said(empty_archive, word, name="Between")
    said(empty_archive, word, name="Quillfeather", others="")
    said(empty_archive, word, name="Ada", note="", keep_name="no")
    assert "Quillfeather" not in everything_kept(empty_archive)
    bring_back(empty_archive, word, 1)
    wording = authorities.one(empty_archive, CURATOR, "agents", word).wording
    assert (wording.name, wording.note) == ("Ada", "A sentence.")
    bring_back(empty_archive, word, 2)
    assert authorities.one(empty_archive, CURATOR, "agents", word).wording.name == "Between"
    assert history(empty_archive, old)[0].changed == (("preferred", "Ada", "Between"),)


def test_what_was_said_of_a_name_goes_with_the_last_item_that_bore_it_and_from_what_preferred_it(
    empty_archive: Archive,
) -> None:
    item = give(empty_archive, state=ItemState.PUBLISHED, names=[("Quillfeather", "creator")])
    (word,) = (one.id for one in authorities.listed(empty_archive, CURATOR, "agents")[1])
    said(empty_archive, word, note="Quillfeather wrote it.")
    old = added(empty_archive, name="Old", standing="historic", preferred="Quillfeather")
    assert "Quillfeather" in everything_kept(empty_archive)
    withdrawing.withdraw_item(empty_archive, OPERATOR, item, destroy=True)
    settle(empty_archive)
    assert "Quillfeather" not in everything_kept(empty_archive)
    assert len(history(empty_archive, old)) == 1


def test_events_tell_no_words_and_others_do_not_read_what_was_said(empty_archive: Archive) -> None:
    word = added(empty_archive, name="Quillfeather")
    said(empty_archive, word, name="Another")
    with pytest.raises(ForbiddenError):
        word_revisions.history(empty_archive, actor("member"), "agents", word)
    with pytest.raises(ForbiddenError):
        restore(empty_archive, actor("member"), "agents", word, 1, mark(empty_archive, word))
    with empty_archive.db.read() as session:
        told = session.scalars(select(cast(Event.detail, Text)).where(Event.subject_id == word)).all()
        assert told and not any("Quillfeather" in one for one in told)
        assert session.scalar(select(func.count()).select_from(SharedRevision)) == 2


def test_of_what_was_changed_by_a_way_that_keeps_no_revisions_nobody_is_named(empty_archive: Archive) -> None:
    word = added(empty_archive, name="One")
    with empty_archive.db.write() as session:
        session.get_one(Agent, word).name = "By another way"
    said(empty_archive, word, name="Two")
    told = [(one.changed[0][2], one.agent, one.on is None) for one in history(empty_archive, word)]
    assert told[1:] == [("By another way", "", True), ("One", CURATOR.id, False)]
    assert told[0][1:] == (CURATOR.id, False)
