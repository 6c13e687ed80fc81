"""Whatever the page of an item says of it is found, and shown where it stands there."""

from __future__ import annotations

import pytest

from archive.access import OPERATOR, PUBLIC, Actor
from archive.models import File, FileState, Item, ItemState, PublicNote, new_id
from archive.search import parse_query
from archive.services import indexing, lifecycle, public_notes, show
from archive.services.find import find
from archive.services.opening import Archive
from archive.services.views import Card
from archive.web.app import create_app
from tests.fixtures.items import give

HEAD = {
    "from": "Ada SENDER <ada@example.org>",
    "to": "Juan RECEIVER <juan@example.org>, SECRETADDRESS <who@example.org>",
    "subject": "About the ABOUT",
    "attachments": [{"name": "ENCLOSED.pdf"}],
}


@pytest.fixture
def word() -> str:
    """Letters that only this test's words begin with."""
    return f"w{new_id()}"


def shown(archive: Archive, who: Actor, words: str) -> tuple[str, str, list[str]]:
    """Of the one item found: where its first hit is, how that is called, and what is marked in it."""
    (card,) = found(archive, who, words)
    hit = card.hits[0]
    return hit.field, hit.label, [part for part, marked in hit.snippet if marked]


def found(archive: Archive, who: Actor, words: str) -> tuple[Card, ...]:
    return find(archive, who, words).cards


def index(archive: Archive, item_id: str) -> None:
    with archive.db.write() as session:
        lifecycle.touch(session.get_one(Item, item_id))
    indexing.drain(archive)


def test_every_word_of_its_page_is_found_and_marked_where_it_stands(archive: Archive, word: str) -> None:
    own = {"undeclared_by_anybody": f"{word}hidden", "community_notice": f"{word}own"}
    item_id = give(
        archive,
        title=f"{word}title",
        description=f"What is {word}described and nothing else.",
        source=f"Came from {word}source.",
        rights=f"Ask {word}rights for {word}title.",
        names=[(f"{word}name, Ada", "creator")],
        subjects=[f"{word}subject"],
        extra=own,
        state=ItemState.PUBLISHED,
    )
    with archive.db.write() as session:
        session.add(PublicNote(item_id=item_id, words=f"They knew {word}note.", name=f"Ada {word}teller"))
        item = session.get_one(Item, item_id)
        item.consent.naming, file = "own-name", item.files[0]
        file.title, file.media_type, file.state = f"{word}file", "message/rfc822", FileState.EXAMINED
        file.says = {
            name: said.replace("SENDER", f"{word}sender").replace("RECEIVER", f"{word}receiver")
            .replace("ABOUT", f"{word}about") if isinstance(said, str) else [{"name": f"{word}enclosed"}]
            for name, said in HEAD.items()
        }  # fmt: skip
    index(archive, item_id)
    stands = {
        "described": "", "source": "source", "rights": "rights", "name": "names", "subject": "subjects",
        "note": "notes", "teller": "notes", "file": "files", "sender": "letters", "receiver": "letters",
        "about": "letters", "enclosed": "letters",
    }  # fmt: skip
    for ending, field in stands.items():
        assert shown(archive, PUBLIC, word + ending)[::2] == (field, [word + ending])
    # What nobody declared is for staff alone, and so is where it is found.
    assert not found(archive, PUBLIC, f"{word}hidden")
    assert shown(archive, OPERATOR, f"{word}hidden") == (
        "extra:undeclared_by_anybody", "Undeclared by anybody", [f"{word}hidden"]
    )  # fmt: skip
    # And a field of a collection's own is called as it calls it, in whatever language.
    (card,) = find(archive, PUBLIC, f"{word}own", language="fr").cards
    assert (card.hits[0].field, card.hits[0].label) == ("extra:community_notice", "Avis de la communauté")
    # A name is found as a name, turned and whole, and how somebody is reached is told by nothing.
    assert found(archive, PUBLIC, f"creator:{word}teller")
    assert not found(archive, PUBLIC, f"{word}title who")
    # Of several words the most are shown; what is in the title nobody need be shown again.
    assert shown(archive, PUBLIC, f"{word}described {word}source")[0] == ""
    assert shown(archive, PUBLIC, f"{word}source {word}described came")[0] == "source"
    assert shown(archive, PUBLIC, f"{word}title")[::2] == ("", [])


def test_a_note_that_is_taken_off_is_found_no_more_and_leaves_the_files_of_both_indexes(
    archive: Archive, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = give(archive, title="A note", state=ItemState.PUBLISHED)
    with archive.db.write() as session:
        session.add(PublicNote(id=word, item_id=item_id, words=f"They knew {word}."))
    index(archive, item_id)
    indexes = archive.indexes.public, archive.indexes.staff
    assert [one.search(parse_query(word)).ids for one in indexes] == [[item_id], [item_id]]
    left: list[set[str]] = []
    for one in indexes:
        monkeypatch.setattr(one, "merge_away", left.append)
    public_notes.remove(archive, OPERATOR, item_id, word)
    indexing.drain(archive)
    assert [one.search(parse_query(word)).ids for one in indexes] == [[], []]
    assert left == [{item_id}, {item_id}]


@pytest.mark.parametrize("extra", ["", "date"])
def test_a_date_that_is_no_day_is_told_once_and_found_by_its_words(
    archive: Archive, word: str, extra: str
) -> None:
    # An earlier version kept it among the fields of the collection's own as well.
    own = {extra: f"{word} 29"} if extra else {}
    item_id = give(archive, date_given=f"{word} 29", extra=own, state=ItemState.PUBLISHED)
    index(archive, item_id)
    for who in (PUBLIC, OPERATOR):
        assert shown(archive, who, word)[::2] == ("date", [word])
        assert show.item(archive, who, item_id).extra == {}
    page = create_app(archive.settings, archive).test_client().get(f"/items/{item_id}").text
    assert page.count(f"{word} 29</dd>") == 1


def test_what_is_not_shown_above_a_letter_finds_nothing(archive: Archive, word: str) -> None:
    item_id = give(archive, title="A letter", state=ItemState.PUBLISHED)
    with archive.db.write() as session:
        file = session.get_one(File, session.get_one(Item, item_id).files[0].id)
        file.media_type, file.state, file.says = (
            "message/rfc822",
            FileState.EXAMINED,
            {"from": f"{word} <a@b.c>"},
        )
        session.get_one(Item, item_id).consent.naming = "no-name"
    index(archive, item_id)
    assert not found(archive, PUBLIC, word) and not found(archive, OPERATOR, word)
