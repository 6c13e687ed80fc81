"""How long what leaves can be had: for its days, by whoever asked, until something in it is taken back; and never half made."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from archive.access import OPERATOR
from archive.bags import StockReport, StockValidator
from archive.models import Export, ExportItem, Item, User, today
from archive.models.errors import ArchiveError, BadInputError, ConflictError, NotFoundError
from archive.services import (
    export_carrying,
    export_making,
    export_standing,
    exports,
    fixity_state,
    indexing,
    lifecycle,
    upkeep,
    withdrawing,
)
from archive.services.export_choosing import Selection
from archive.services.export_forms import FOR_STAFF, Form, wish_of
from archive.services.opening import Archive
from tests.fixtures.desk import master, shelf
from tests.fixtures.exporting import every_byte, history, path_of, quiet, ready, user, wish
from tests.fixtures.shelf import Shelf

__all__ = ["master", "shelf"]


def test_a_bag_that_changed_under_the_archive_does_not_leave(shelf: Shelf) -> None:
    archivist = user(shelf.archive, "archivist")
    with shelf.archive.db.write() as session:
        shelf.bag(session, session.get_one(Item, shelf.items["talk"]))
    letter = shelf.archive.bag_folder(f"bags/{shelf.items['letter']}") / "data/letter.txt"
    data = bytearray(letter.read_bytes())
    data[3] ^= 1
    letter.write_bytes(data)
    export_id = ready(shelf.archive, archivist, "preservation")
    found = exports.one(shelf.archive, archivist, export_id)
    assert (found.state, found.why, found.damaged) == ("failed", "bag-damaged", (shelf.items["letter"],))
    assert fixity_state.counts(shelf.archive)[0] == 1, "whoever answers for it is told, as by an audit"
    assert list(shelf.archive.settings.exports.iterdir()) == []
    assert history(shelf.archive, shelf.items["letter"]) == []
    again = ready(shelf.archive, archivist, "preservation")
    assert exports.one(shelf.archive, archivist, again).state == "done", "the others leave without it"
    assert not exports.one(shelf.archive, archivist, again).damaged


@pytest.mark.parametrize("part", ["bagit.txt", "manifest-sha512.txt", "data/letter.txt"])
def test_a_bag_that_cannot_even_be_written_out_is_named_and_alarms_too(shelf: Shelf, part: str) -> None:
    archivist, item_id = user(shelf.archive, "archivist"), shelf.items["letter"]
    (shelf.archive.bag_folder(f"bags/{item_id}") / part).unlink()
    export_id = ready(shelf.archive, archivist, "preservation")
    found = exports.one(shelf.archive, archivist, export_id)
    assert (found.state, found.why, found.damaged) == ("failed", "bag-damaged", (item_id,))
    assert fixity_state.counts(shelf.archive)[0] == 1


def test_an_export_that_was_written_wrong_blames_no_bag_that_is_sound(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    archivist = user(shelf.archive, "archivist")
    told = StockReport(valid=False, message="as a disk would have it")
    monkeypatch.setattr(StockValidator, "validate", lambda *_: told)
    found = exports.one(shelf.archive, archivist, ready(shelf.archive, archivist, "preservation"))
    assert (found.state, found.why, found.damaged) == ("failed", "export-not-valid", ())
    assert fixity_state.counts(shelf.archive)[0] == 0


def test_whoever_did_not_ask_for_it_finds_nothing_there(shelf: Shelf) -> None:
    archive, archivist = shelf.archive, user(shelf.archive, "archivist")
    export_id = ready(archive, archivist, "safe")
    for somebody in (OPERATOR, user(archive, "elsewhere")):
        for look in (exports.one, exports.deliver, exports.take_off):
            with pytest.raises(NotFoundError) as hidden:
                look(archive, somebody, export_id)
            with pytest.raises(NotFoundError) as never:
                look(archive, somebody, "0123456789abcdef")
            assert str(hidden.value) == str(never.value)
        assert exports.listed(archive, somebody) == ()
    with archive.db.write() as session:
        # Who loses the right has lost the download too.
        someone = session.scalars(select(User).where(User.username == "archivist")).one()
        someone.roles[0].collection = "convenings"
    with pytest.raises(NotFoundError):
        exports.deliver(archive, user(archive, "archivist"), export_id)


def test_an_export_is_there_for_its_days_and_then_removed(shelf: Shelf) -> None:
    archive, archivist = shelf.archive, user(shelf.archive, "archivist")
    export_id = ready(archive, archivist, "safe")
    assert exports.one(archive, archivist, export_id).expires_on == today() + timedelta(days=7)
    assert export_standing.sweep(archive) == 0
    path = path_of(archive, archivist, export_id)
    with archive.db.write() as session:
        session.execute(update(Export).values(expires_on=today()))
    with pytest.raises(NotFoundError):
        exports.deliver(archive, archivist, export_id)
    assert export_standing.sweep(archive) == 1
    assert not path.exists() and list(archive.settings.exports.iterdir()) == []
    assert exports.one(archive, archivist, export_id).why == "expired"
    with archive.db.write() as session:
        session.execute(update(Export).values(expires_on=today() - timedelta(days=31)))
    export_standing.forget_old(archive)
    assert exports.listed(archive, archivist) == ()


@pytest.mark.parametrize(
    ("form", "destroy"),
    [
        ("preservation", True),
        ("csv", False),
        *(pytest.param(*one, marks=pytest.mark.slow) for one in (("safe", True), ("preservation", False))),
    ],
)
def test_what_is_taken_back_is_handed_out_no_more_and_removed(shelf: Shelf, form: str, destroy: bool) -> None:
    archive, archivist, item_id = shelf.archive, user(shelf.archive, "archivist"), shelf.items["letter"]
    first, second = (ready(archive, archivist, form) for _ in range(2))
    path = path_of(archive, archivist, first)
    withdrawing.withdraw_item(archive, OPERATOR, item_id, destroy=destroy)
    # At once, before anything was removed.
    with pytest.raises(ConflictError) as refused:
        exports.deliver(archive, archivist, first)
    assert refused.value.code == "export-taken-back" and not path.exists()
    upkeep.catch_up(archive)
    for export_id in (first, second):
        assert exports.one(archive, archivist, export_id).why == "taken-back"
    assert list(archive.settings.exports.iterdir()) == []
    if destroy:
        with archive.db.read() as session:
            assert not session.scalars(select(ExportItem).where(ExportItem.item_id == item_id)).all()


def test_what_is_not_for_everybody_any_more_or_says_something_else_is_handed_out_no_more(
    shelf: Shelf,
) -> None:
    archive, archivist, item_id = shelf.archive, user(shelf.archive, "archivist"), shelf.items["letter"]
    whole, hidden, changed = (
        ready(archive, archivist, form, Selection(ids=(one,)))
        for form, one in (("preservation", item_id), ("safe", item_id), ("safe", shelf.items["talk"]))
    )
    lifecycle.change_state(archive, OPERATOR, item_id, lifecycle.Action.UNPUBLISH)
    with archive.db.write() as session:
        item = session.get_one(Item, shelf.items["talk"])
        item.title = "Without her name"
    for export_id, why in ((hidden, "taken-back"), (changed, "export-changed")):
        with pytest.raises(ConflictError):
            exports.deliver(archive, archivist, export_id)
        assert exports.one(archive, archivist, export_id).why == why
    assert path_of(archive, archivist, whole).is_file(), "a whole bag is for staff, published or not"


def test_what_was_killed_is_made_again_and_nothing_half_made_is_served(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, archivist = shelf.archive, user(shelf.archive, "archivist")

    class Killed(BaseException):
        pass

    def dies(*_: object, **__: object) -> None:
        raise Killed

    # Before anything is written, while it is checked, when it lies in its place, and when it is half written down.
    for module, name, form in (
        (export_making, "write_bundle", "safe"),
        (export_making, "read_bundle", "preservation"),
        (export_carrying, "_note_all", "csv"),
        (export_carrying, "_finish", "csv"),
    ):
        export_id = exports.ask(archive, archivist, Selection(), wish(form))
        before = len(history(archive, shelf.items["letter"]))
        with monkeypatch.context() as patch:
            patch.setattr(module, name, dies)
            with pytest.raises(Killed):
                export_carrying.carry_out(archive, export_id, quiet)
        with pytest.raises(NotFoundError):
            exports.deliver(archive, archivist, export_id)
        export_standing.sweep(archive)
        export_carrying.carry_out(archive, export_id, quiet)
        assert path_of(archive, archivist, export_id).is_file()
        assert len(history(archive, shelf.items["letter"])) == before + 1


def test_leftovers_of_what_nobody_waits_for_are_swept(shelf: Shelf) -> None:
    archive, archivist = shelf.archive, user(shelf.archive, "archivist")
    waiting = exports.ask(archive, archivist, Selection(), wish("safe"))
    folder = archive.settings.exports
    for name in ("0123456789abcdef", ".making-0123456789abcdef", f".making-{waiting}"):
        (folder / name).mkdir()
    export_standing.sweep(archive)
    assert [path.name for path in folder.iterdir()] == [f".making-{waiting}"]
    exports.take_off(archive, archivist, waiting)
    assert list(folder.iterdir()) == []
    export_carrying.carry_out(archive, waiting, quiet)
    assert exports.one(archive, archivist, waiting).why == "by-hand"


def test_what_changes_while_it_is_made_does_not_leave(shelf: Shelf) -> None:
    archive, archivist = shelf.archive, user(shelf.archive, "archivist")
    export_id = exports.ask(archive, archivist, Selection(), wish("csv"))

    def meanwhile(*_: object) -> None:
        with archive.db.write() as session:
            session.get_one(Item, shelf.items["letter"]).title = "Changed"

    export_carrying.carry_out(archive, export_id, meanwhile)
    assert exports.one(archive, archivist, export_id).why == "export-changed"
    lifecycle.change_state(archive, OPERATOR, shelf.items["letter"], lifecycle.Action.UNPUBLISH)
    with pytest.raises(ConflictError) as refused:
        exports.ask(archive, archivist, Selection(), wish("csv"), mark="0" * 16)
    assert refused.value.code == "stale-choice"


def test_who_gets_it_is_kept_and_has_to_be_said_where_they_have_to_be_told(shelf: Shelf) -> None:
    for form in Form:
        if form in FOR_STAFF:
            with pytest.raises(BadInputError) as refused:
                wish_of(form, "zip", "research", " ")
            assert refused.value.code == "export-for-whom"
        else:
            assert wish_of(form, "zip", "research").for_whom == ""
        kept = wish_of(form, "zip", "research", " Somebody ")
        assert kept.for_whom == kept.detail()["for"] == "Somebody"
    for wrong in (
        ("nothing",),
        ("safe", "rar"),
        ("safe", "zip", "fun"),
        ("preservation", "zip", "copy", "x" * 201),
    ):
        with pytest.raises(ArchiveError):
            wish_of(*wrong)
    archivist = user(shelf.archive, "archivist")
    ready(shelf.archive, archivist, "preservation")
    with shelf.archive.db.read() as session:
        assert session.scalars(select(Export.for_whom)).one() == ""


def test_what_the_pipeline_kept_leaves_from_either_database(archive: Archive, kept_item: str) -> None:
    # Other tests may have taken it back and shown it again: no worker is here that indexes it, or reads its text once more.
    indexing.rebuild(archive)
    for form in ("preservation", "safe", "csv-staff"):
        export_id = exports.ask(archive, OPERATOR, Selection(ids=(kept_item,), words="sister"), wish(form))
        export_carrying.carry_out(archive, export_id, quiet)
        data = every_byte(path_of(archive, OPERATOR, export_id))
        assert b"A letter to my sister" in data
        assert (b"letter.fr.translation.txt" in data) == (form != "safe")
        exports.take_off(archive, OPERATOR, export_id)
    assert export_standing.sweep(archive) == 0
    export_standing.forget_old(archive)


def test_the_bag_of_bags_is_read_by_the_stock_library_too(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, archivist = shelf.archive, user(shelf.archive, "archivist")
    right, seen = StockValidator.validate, []

    def outermost_refused(self: StockValidator, root: Path, timeout: float) -> StockReport:
        seen.append(root.name)
        report = right(self, root, timeout)
        assert report.valid
        return (
            report
            if len(root.name) == len(shelf.items["letter"])
            else StockReport(False, "as if it were not")
        )

    monkeypatch.setattr(StockValidator, "validate", outermost_refused)
    for form in ("preservation", "safe", "reading-room"):
        export_id = exports.ask(archive, archivist, Selection(ids=(shelf.items["letter"],)), wish(form))
        export_carrying.carry_out(archive, export_id, quiet)
        assert exports.one(archive, archivist, export_id).why == "export-not-valid"
        assert len(seen) == 2 and seen.pop(0) == shelf.items["letter"] and seen.pop()
