"""An item is found by the years that its date means, and by no others."""

from __future__ import annotations

from sqlalchemy import update

from archive.access import PUBLIC
from archive.dates import read_edtf
from archive.models import Item, ItemState, new_id
from archive.services import indexing
from archive.services.find import find
from archive.services.opening import Archive
from tests.fixtures.items import give


def test_what_is_dated_one_year_or_another_is_found_in_none_that_lies_between_them(archive: Archive) -> None:
    word = f"word{new_id()}"
    ids = {}
    for edtf in ("[1861,1864]", "{1861,1864}", "1861/1864", "[1861..1864]", "[1861,1862,1863]"):
        known = read_edtf(edtf)
        days = {"date_start": known.start, "date_end": known.end, "decades": known.decades}
        ids[edtf] = give(archive, title=word, state=ItemState.PUBLISHED, date_edtf=edtf, **days)
    with archive.db.write() as session:
        session.execute(update(Item).where(Item.id.in_(ids.values())).values(index_pending=True))
    indexing.drain(archive)

    def found(asked: str) -> set[str]:
        return {card.id for card in find(archive, PUBLIC, f"{word} {asked}").cards}

    meant = {ids["1861/1864"], ids["[1861..1864]"], ids["[1861,1862,1863]"]}
    for asked in ("date:1862..1863", "date:1863", "1862"):
        assert found(asked) == meant, asked
    for asked in ("date:1861", "date:1860..1862", "1861", "decade:1860"):
        assert found(asked) == set(ids.values()), asked
