"""A sheet tells of an item what its reader may change there, and of any other as little as of one that never was."""

from __future__ import annotations

from sqlalchemy import QueuePool

from archive.access import Actor
from archive.models import ItemState, new_id
from archive.services.choosing import Choice
from archive.services.opening import Archive
from archive.services.sheets import read_sheet, write_sheet
from tests.fixtures.curators import curator
from tests.fixtures.items import give


def told(archive: Archive, actor: Actor, item_id: str) -> list[tuple[str, str]]:
    """What is told of a row that somebody wrote themselves."""
    sheet = read_sheet(archive, actor, f"id,mark,title\r\n{item_id},made-up,Another title\r\n".encode())
    assert not sheet.changes and all(one.yours in (item_id, "Another title") for one in sheet.problems)
    return [(one.code, one.theirs) for one in sheet.problems]


def test_a_sheet_tells_nothing_of_what_others_look_after_nor_of_what_is_sealed(archive: Archive) -> None:
    shown = give(archive, state=ItemState.PUBLISHED, title="As it stands")
    taken_back = give(archive, state=ItemState.WITHDRAWN)
    here, elsewhere = curator(archive), curator(archive, "convenings")
    assert told(archive, here, shown) == [("crossed", "As it stands")]
    for actor, item_id in ((elsewhere, shown), (here, taken_back), (here, new_id())):
        assert told(archive, actor, item_id) == [("unknown-id", "")]


def test_whoever_takes_a_sheet_out_slowly_holds_no_view_of_the_database(archive: Archive) -> None:
    for _ in range(2):
        give(archive, state=ItemState.IN_REVIEW)
    lines = write_sheet(archive, curator(archive), Choice("march-25"))
    # The head of it, and a first item of several.
    assert next(lines) and next(lines)
    pool = archive.db.engine.pool
    assert isinstance(pool, QueuePool) and pool.checkedout() == 0
    assert next(lines)
