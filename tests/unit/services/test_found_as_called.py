"""People, kinds and languages are found by what people call them, however a record keeps them."""

from __future__ import annotations

import pytest

from archive.access import PUBLIC
from archive.models import Item, ItemState, new_id
from archive.services import indexing
from archive.services.find import find
from archive.services.opening import Archive
from archive.services.turned_names import turned
from tests.fixtures.items import give


def index(archive: Archive, item_id: str) -> None:
    with archive.db.write() as session:
        session.get_one(Item, item_id).index_pending = True
    indexing.drain(archive)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("Still, William", ["William Still"]),
        ("Still, William, 1821-1902", ["William Still"]),
        ("Still, Peter, b. 1801", ["Peter Still"]),
        ("May, Samuel J. (Samuel Joseph), 1797-1871", ["Samuel J. May"]),
        ("Cruz, María de la", ["María de la Cruz"]),
        ("Thornton, Lewis B.,", ["Lewis B. Thornton"]),
        ("Ada Lovejoy", []),
        ("King, Martin Luther, Jr.", []),
        (", ,", []),
    ],
)
def test_a_name_with_a_comma_is_said_the_other_way_round(kept: str, said: list[str]) -> None:
    assert turned([kept]) == said


def test_who_is_kept_family_name_first_is_found_by_the_name_as_it_is_said(archive: Archive) -> None:
    family = "Still" + "".join(letter for letter in new_id() if letter.isalpha())  # digits are years
    people = [(f"{family}, William, 1821-1902", "creator"), ("Cruz, María de la", "creator")]
    item_id = give(archive, names=people, state=ItemState.PUBLISHED)
    index(archive, item_id)
    for asked in (f'"William {family}"', f'creator:"William {family}"', f'creator:"{family}, William"'):
        assert [card.id for card in find(archive, PUBLIC, asked).cards] == [item_id], asked
    together = f'{family} "María de la Cruz"'
    assert [card.id for card in find(archive, PUBLIC, together).cards] == [item_id]
    # Two people are not one name, however they stand.
    assert find(archive, PUBLIC, f'"{family} María"').total == 0
    assert find(archive, PUBLIC, f'"William {family} María"').total == 0


def test_a_kind_and_a_language_are_found_by_what_the_page_calls_them(archive: Archive) -> None:
    word = f"word{new_id()}"
    item_id = give(archive, title=word, kind="still-image", languages=["por"], state=ItemState.PUBLISHED)
    index(archive, item_id)
    for asked in ("picture", "Imagen", "image", "imagem", "photograph", "still-image"):
        assert [card.id for card in find(archive, PUBLIC, f"{word} kind:{asked}").cards] == [item_id], asked
    for asked in ("pt", "por", "Portuguese", "português"):
        assert find(archive, PUBLIC, f"{word} language:{asked}").total == 1, asked
    for asked in ("still", "picture", "kind:writing", "language:en"):
        assert find(archive, PUBLIC, f"{word} {asked}").total == 0, asked
