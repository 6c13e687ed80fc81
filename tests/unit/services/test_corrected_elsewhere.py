"""Who gave something puts it right also where curators moved it since: every field that was asked of them, and none lost."""

from __future__ import annotations

import pytest

from archive.access import Actor, contributor
from archive.models import ItemState
from archive.models.errors import ConflictError
from archive.profiles import Field
from archive.services import mine, revisions
from archive.services.answers import asked_again
from archive.services.kept import home_of
from archive.services.opening import Archive
from archive.services.revisions import Said
from tests.fixtures.items import actor, give, item_of, moved, put

HERE, THERE = "march-25", "convenings"
# By collection and field: what is said first, and what its giver makes of it after the move.
SAID = {
    HERE: {
        "title": ("A letter", "The letter"),
        "creators": ("Ada Hughes\nHermond Norwood (interviewer)", "Ada Hughes\nSomebody Else (interviewer)"),
        "date": ("about 1920", "1921"),
        "place": ("Richmond, Virginia", "Richmond, Virginia\nMatanzas"),
        "description": ("A long talk\n\non a porch.", "A talk."),
        "subjects": ("Memory\nSong", "Letters"),
        "people": ("Esther Jones", "Esther Jones\nRosa Example"),
        "kind": ("text", "sound"),
        "language": ("en", "en\nes"),
        "source": ("A trunk", "A tin"),
        "relation": ("A book about estuaries", "A book about rivers\nA map"),
        "content_note": ("describes a whipping", "describes a sale"),
    },
    THERE: {
        "title": ("A lesson", "The lesson"),
        "convening": ("The gathering of 2019", "The gathering of 2020"),
        "hosts": ("A circle of elders", "A circle of elders\nThe choir"),
        "date": ("2019", "2020"),
        "place": ("Richmond, Virginia", "Matanzas"),
        "lesson": ("Begin with the names.", "Begin with a song."),
        "stage": ("beginning", "teaching"),
        "language": ("en", "es"),
    },
}
OTHER = {HERE: THERE, THERE: HERE}


def given(archive: Archive, slug: str, state: ItemState = ItemState.IN_REVIEW) -> tuple[str, Actor]:
    """A thing of which every field that contributors are asked is answered, and who gave it."""
    item_id = give(archive, collection=slug, state=state)
    who = contributor([item_of(archive, item_id).submission_id])
    now = mine.spoken(archive, who, item_id)
    said = {name: first for name, (first, _then) in SAID[slug].items()}
    put(archive, item_id, ItemState.IN_REVIEW)
    assert mine.correct(archive, who, item_id, said, "en", seen=now.mark) == {}
    put(archive, item_id, state)
    return item_id, who


def field_there(archive: Archive, slug: str, name: str) -> Field:
    """The field in which what was said in another collection stands in this one."""
    own = archive.profiles[OTHER[slug]].field(name)
    assert own is not None
    return next((one for one in archive.profiles[slug].fields if home_of(one) == home_of(own)), own)


def said(archive: Archive, who: Actor, item_id: str) -> Said:
    return {name: text for name, text in mine.spoken(archive, who, item_id).said.items() if text}


@pytest.mark.parametrize("slug", SAID)
def test_every_field_that_contributors_are_asked_stands_in_this_table(archive: Archive, slug: str) -> None:
    assert {one.name for one in asked_again(archive.profiles[slug])} == set(SAID[slug])


@pytest.mark.parametrize("slug", SAID)
def test_each_field_corrected_by_its_giver_after_a_move_is_corrected_and_no_other_is_lost(
    archive: Archive, slug: str
) -> None:
    for name, (_first, then) in SAID[slug].items():
        item_id, who = given(archive, slug)
        before = said(archive, who, item_id)
        assert set(before) == set(SAID[slug])
        moved(archive, item_id, OTHER[slug])
        asked, there = mine.spoken(archive, who, item_id), field_there(archive, OTHER[slug], name).name
        assert asked.said[there] == before[name], "what was said before stands in the form"
        typed = asked.said | {there: then}
        assert mine.correct(archive, who, item_id, typed, "en", seen=asked.mark) == {}, name
        assert said(archive, who, item_id)[there] == then
        moved(archive, item_id, slug)
        assert said(archive, who, item_id) == before | {name: then}


@pytest.mark.parametrize("slug", SAID)
def test_of_what_is_decided_on_already_each_field_is_wished_otherwise_after_a_move(
    archive: Archive, slug: str
) -> None:
    item_id, who = given(archive, slug, ItemState.ACCEPTED)
    moved(archive, item_id, OTHER[slug])
    asked = mine.spoken(archive, who, item_id)
    assert mine.wished(archive, who, item_id, asked.said, seen=asked.mark) == {}
    for name, (_first, then) in SAID[slug].items():
        there = field_there(archive, OTHER[slug], name).name
        wish = mine.wished(archive, who, item_id, asked.said | {there: then}, seen=asked.mark)
        assert wish == {there: then}


def test_what_a_form_did_not_ask_is_not_emptied_by_it(archive: Archive) -> None:
    item_id, who = given(archive, HERE)
    before, mark = said(archive, who, item_id), mine.spoken(archive, who, item_id).mark
    assert mine.correct(archive, who, item_id, {"title": "The letter"}, "en", seen=mark) == {}
    assert said(archive, who, item_id) == before | {"title": "The letter"}


def test_a_form_that_was_open_while_the_thing_was_moved_is_told_so(archive: Archive) -> None:
    item_id, who = given(archive, HERE)
    mark = mine.spoken(archive, who, item_id).mark
    moved(archive, item_id, THERE)
    with pytest.raises(ConflictError) as caught:
        mine.correct(archive, who, item_id, {"title": "The letter"}, "en", seen=mark)
    assert caught.value.code == "stale-version"


def test_what_a_collection_leaves_to_curators_is_not_asked_of_givers_where_it_is_kept(
    archive: Archive,
) -> None:
    item_id, who = given(archive, HERE)
    curator = actor("curator")
    now = revisions.spoken(archive, curator, item_id)
    staff = {"community_notice": "Please say the names."}
    assert revisions.change(archive, curator, item_id, now.said | staff, {}, "en", now.mark) == {}
    moved(archive, item_id, THERE)
    asked = mine.spoken(archive, who, item_id, also=staff)
    assert not set(staff) & set(asked.said)
    mine.correct(archive, who, item_id, asked.said | staff | {"title": "Mine"}, "en", seen=asked.mark)
    kept = revisions.spoken(archive, curator, item_id).said
    assert {name: kept[name] for name in staff} == staff
