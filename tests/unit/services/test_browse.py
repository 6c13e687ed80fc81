"""What everyone may see is counted by its places, names and subjects; what is hidden adds to no number and no name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from archive.models import Agent, Audience, Consent, Item, ItemState, Term, new_id
from archive.search import Filters, parse_query
from archive.services import authorities, browse
from archive.services.authority_changes import add, change
from archive.services.browse import Counted
from archive.services.describe import PlaceGiven
from archive.services.opening import Archive
from archive.services.rooms import ROOMS
from tests.fixtures.items import actor, give
from tests.fixtures.searched import settle

PUBLISHED = ItemState.PUBLISHED
HOUSE, OTHER_HOUSE = (39.952345, -75.165432), (40.012345, -75.215432)


def named(found: tuple[Counted, ...], word: str) -> dict[str, Counted]:
    return {one.name: one for one in found if word in one.name}


def allow(archive: Archive, item_id: str, **consent: Any) -> None:
    with archive.db.write() as session:
        of_item = select(Consent).join(Item, Item.consent_id == Consent.id).where(Item.id == item_id)
        row = session.scalars(of_item).one()
        for name, value in consent.items():
            setattr(row, name, value)


def at(archive: Archive, *places: PlaceGiven, **consent: Any) -> str:
    item_id = give(archive, state=PUBLISHED, places=list(places))
    allow(archive, item_id, **consent)
    return item_id


def test_only_what_is_public_is_counted_and_named(archive: Archive) -> None:
    word = new_id()
    people, subjects = [(f"{word} Ada", "creator"), (f"{word} Ada", "subject")], [f"{word} rivers"]
    for _ in range(2):
        give(archive, state=PUBLISHED, names=people, subjects=subjects)
    hidden: list[dict[str, Any]] = [{"state": state} for state in ItemState if state is not PUBLISHED]
    hidden += [{"state": PUBLISHED, "audience": one} for one in (Audience.STAFF, Audience.COMMUNITY)]
    for how in hidden:
        names = [*people, (f"{word} Hidden", "creator")]
        places = [PlaceGiven(f"{word} hidden")]
        give(archive, names=names, subjects=[*subjects, f"{word} hidden"], places=places, **how)
    # One who wrote a thing and is its subject too is one person with one thing.
    assert [(one.name, one.count) for one in named(browse.people(archive), word).values()] == [
        (f"{word} Ada", 2)
    ]
    assert [(one.name, one.count) for one in named(browse.subjects(archive), word).values()] == [
        (f"{word} rivers", 2)
    ]
    assert named(browse.places(archive), word) == {}


def test_places_of_one_item_are_known_to_be_so_as_the_consents_let_others_read_them(archive: Archive) -> None:
    word = new_id()
    here, there, house = (f"{word} {name}" for name in ("here", "there", "house"))
    at(archive, PlaceGiven(here), PlaceGiven(there), place_precision="exact")
    at(archive, PlaceGiven(there), PlaceGiven(here), place_precision="exact")
    at(archive, PlaceGiven(here), place_precision="exact")
    shown = {house: there, here: here}
    at(archive, PlaceGiven(here), PlaceGiven(house), place_precision="town", places_shown=shown)
    # Two that are told by one name are one, and what may not be read is none.
    at(
        archive,
        PlaceGiven(there),
        PlaceGiven(house),
        place_precision="town",
        places_shown={house: there, there: there},
    )
    at(archive, PlaceGiven(there), PlaceGiven(house), place_precision="town", places_shown={there: there})
    at(archive, PlaceGiven(here), PlaceGiven(there), place_precision="none")
    give(archive, places=[PlaceGiven(here), PlaceGiven(there)])
    found = {names: count for names, count in browse.borne_together(archive).items() if word in str(names)}
    assert found == {(here, there): 3}


def test_places_are_counted_by_the_words_that_consents_let_others_read_as_the_search_counts_them(
    archive: Archive,
) -> None:
    word = new_id()
    town, house, other = f"{word} town", f"{word} house", f"{word} other house"
    at(archive, PlaceGiven(town, *HOUSE))
    # Two houses in one town are that town once, and a place with nothing in its stead is none.
    words = {house: town, other: town, f"{word} nowhere": ""}
    places = [PlaceGiven(one, *HOUSE) for one in words]
    at(archive, *places, place_precision="town", places_shown=words)
    at(archive, PlaceGiven(house), place_precision="none")
    at(archive, PlaceGiven(other), place_precision="exact", places_shown=words)
    found = {name: one.count for name, one in named(browse.places(archive), word).items()}
    assert found == {town: 2, other: 1}
    settle(archive)
    for name in (town, other, house):
        asked = Filters(facets={"place": [name]})
        assert archive.indexes.public.search(parse_query(""), asked).total == found.get(name, 0)


def test_a_place_without_words_in_its_stead_is_in_no_list_and_on_no_map(archive: Archive) -> None:
    word = new_id()
    asked: tuple[dict[str, Any], ...] = (
        {"people": "none"},
        {"agreement_version": "1"},
        {"places_shown": {f"{word} elsewhere": "Norfolk"}},
        {"places_shown": {f"{word} house": " "}},
    )
    for said in asked:
        at(archive, PlaceGiven(f"{word} house", *HOUSE), place_precision="town", **said)
    assert named(browse.places(archive), word) == {}
    settle(archive)
    found = Filters(facets={"place": [f"{word} house"]})
    assert archive.indexes.public.search(parse_query(""), found).total == 0


def test_a_place_is_no_more_exactly_on_the_map_than_every_consent_allows(archive: Archive) -> None:
    word = new_id()
    exact, town, region, stands = (f"{word} {name}" for name in ("exact", "town", "region", "stead"))
    at(archive, PlaceGiven(exact, *HOUSE), place_precision="exact")
    at(archive, PlaceGiven(town, *HOUSE), place_precision="exact")
    at(archive, PlaceGiven(town, *HOUSE), place_precision="town")
    at(archive, PlaceGiven(region, *HOUSE), place_precision="region")
    at(archive, PlaceGiven(f"{word} h", *HOUSE), place_precision="town", places_shown={f"{word} h": stands})
    found = named(browse.places(archive), word)
    assert {name: (one.latitude, one.longitude) for name, one in found.items()} == {
        exact: HOUSE,
        town: (39.95, -75.17),
        region: (40, -75),
        stands: (None, None),
    }


def test_a_place_of_the_collections_stands_where_their_files_say(archive: Archive) -> None:
    at(archive, PlaceGiven("Boston, Massachusetts", *OTHER_HOUSE), place_precision="exact")
    found = named(browse.places(archive), "Boston, Massachusetts")["Boston, Massachusetts"]
    assert (found.latitude, found.longitude) == (42.3601, -71.0589)
    assert "Boston (Massachusetts)" in named(browse.places(archive, "es"), found.name)[found.name].others


def test_other_names_are_told_but_for_former_ones_and_those_of_words_that_harm(archive: Archive) -> None:
    word, curator = new_id(), actor("curator")
    give(archive, state=PUBLISHED, subjects=[f"{word} songs", f"{word} bad", "Music"])

    def say(word_then: str, **typed: str) -> None:
        with archive.db.read() as session:
            row = session.scalars(select(Term.id).where(Term.label == word_then)).one()
        mark = authorities.one(archive, curator, "terms", row).wording.mark
        assert not change(archive, curator, "terms", row, {"name": word_then} | typed, mark)

    add(archive, curator, "terms", {"name": f"{word} good"})
    say(f"{word} songs", name=f"{word} hymns", others=f"{word} chants")
    say(f"{word} bad", others=f"{word} worse", standing="harmful", preferred=f"{word} good")
    found = named(browse.subjects(archive), word)
    assert {name: one.others for name, one in found.items()} == {
        f"{word} hymns": (f"{word} chants",),
        f"{word} bad": (),
    }
    assert "Spirituals" in named(browse.subjects(archive), "Music and song")["Music and song"].others


def test_a_name_that_stands_in_a_list_itself_is_no_other_name_there(archive: Archive) -> None:
    word, curator = new_id(), actor("curator")
    give(archive, state=PUBLISHED, names=[(f"{word} Ada Lovejoy", "creator"), (f"{word} Ada", "creator")])
    give(archive, state=PUBLISHED, subjects=[f"{word} hymns", f"{word} songs", f"{word} chants"])

    def say(room: str, kept: Any, name: str, *others: str) -> None:
        with archive.db.read() as session:
            row = session.scalars(select(kept.id).where(ROOMS[room].label == name)).one()
        mark = authorities.one(archive, curator, room, row).wording.mark
        assert not change(archive, curator, room, row, {"name": name, "others": "\n".join(others)}, mark)

    say("agents", Agent, f"{word} Ada Lovejoy", f"{word} Ada", f"{word} A. L.")
    say("terms", Term, f"{word} hymns", f"{word} SONGS", f"{word} psalms")
    (ada, lovejoy) = named(browse.people(archive), word).values()
    assert (ada.others, lovejoy.others) == ((), (f"{word} A. L.",))
    assert named(browse.subjects(archive), word)[f"{word} hymns"].others == (f"{word} psalms",)
