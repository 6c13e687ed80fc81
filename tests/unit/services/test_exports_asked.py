"""Exports that wait: they are counted before more is promised, looked at again before they are made, and asked for once."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from archive.access import OPERATOR
from archive.models import Item
from archive.models.errors import StorageFullError
from archive.services import export_carrying, export_making, exports
from archive.services.export_choosing import Selection
from archive.services.export_forms import Form, Wish, wish_of
from archive.services.opening import Archive
from tests.fixtures.exporting import quiet, wish
from tests.fixtures.kept_bags import bags_master, kept
from tests.fixtures.shelf import Shelf

__all__ = ["bags_master", "kept"]
BAG = wish("preservation")
# The originals of each item, in bytes.
SIZE = 5 + 3000 + 400_000


def one(shelf: Shelf, name: str) -> Selection:
    return Selection(ids=(shelf.items[name],))


def leave_free(
    monkeypatch: pytest.MonkeyPatch, archive: Archive, exports_of_a_size: float, size: int
) -> None:
    """Have the disk say that there is room for so many exports of a size, each itself and unpacked."""
    free = archive.settings.free_space_floor + int(exports_of_a_size * 2 * size)
    monkeypatch.setattr(export_making.shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))


def test_those_that_wait_are_counted_before_another_is_promised(
    kept: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_free(monkeypatch, kept.archive, 2.5, SIZE)
    first = exports.ask(kept.archive, OPERATOR, one(kept, "letter"), BAG)
    exports.ask(kept.archive, OPERATOR, one(kept, "photo"), BAG)
    with pytest.raises(StorageFullError):
        exports.ask(kept.archive, OPERATOR, one(kept, "talk"), BAG)
    exports.take_off(kept.archive, OPERATOR, first)
    exports.ask(kept.archive, OPERATOR, one(kept, "talk"), BAG)


def test_room_is_looked_for_again_before_anything_is_written_and_it_is_made_when_there_is_some(
    kept: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = kept.archive
    first, second = (exports.ask(archive, OPERATOR, one(kept, name), BAG) for name in ("letter", "photo"))
    with monkeypatch.context() as full:
        leave_free(full, archive, 0.9, SIZE)
        with pytest.raises(StorageFullError):
            export_carrying.carry_out(archive, first, quiet)
        assert list(archive.settings.exports.iterdir()) == [], "nothing was written on a disk that is full"
    with monkeypatch.context() as tight:
        # Those that nobody has begun are in nobody's way: of two that wait, one goes first.
        leave_free(tight, archive, 1.5, SIZE)
        being_made = archive.settings.exports / f".making-{second}"
        being_made.mkdir()
        with pytest.raises(StorageFullError):
            export_carrying.carry_out(archive, first, quiet)
        being_made.rmdir()
        export_carrying.carry_out(archive, first, quiet)
    assert exports.one(archive, OPERATOR, first).state == "done"


def test_a_large_bag_that_is_asked_for_three_times_is_made_once(kept: Shelf) -> None:
    archive = kept.archive

    def click(wanted: Wish = BAG, name: str = "letter", who: str = OPERATOR.id) -> str:
        large = replace(archive, settings=replace(archive.settings, page_bag_bytes=10))
        return exports.ask_for_large_bag(large, replace(OPERATOR, id=who), kept.items[name], 11, wanted)

    first = click()
    assert first and {click(), click()} == {first}, "while it waits"
    export_carrying.carry_out(archive, first, quiet)
    assert click() == first, "and while it can be had"
    other = wish_of(Form.PRESERVATION, "zip", "research", "The county library")
    assert len({first, click(other), click(name="photo"), click(who="somebody")}) == 4
    with archive.db.write() as session:
        session.get_one(Item, kept.items["letter"]).title = "Another title"
    second = click()
    assert second != first, "what was changed since is made anew"
    exports.take_off(archive, OPERATOR, second)
    assert click() not in (first, second), "what was removed is made anew"
