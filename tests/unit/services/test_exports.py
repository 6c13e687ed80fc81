"""What leaves is what may leave: nothing hidden, nothing taken back, nothing half made, and each time it is written down."""

from __future__ import annotations

import csv
import errno
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from archive.models import Fixity, today
from archive.models.errors import BadInputError, ForbiddenError
from archive.services import (
    export,
    export_carrying,
    export_choosing,
    export_making,
    exports,
)
from archive.services.describe import Description
from archive.services.export_choosing import Selection, ids_in
from archive.services.export_forms import FOR_STAFF, Form
from tests.fixtures.desk import master, shelf
from tests.fixtures.exporting import every_byte, history, leaving, path_of, quiet, ready, user, wish
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import SECRET, copy_of

__all__ = ["master", "shelf"]

PUBLIC_FORMS = [form.value for form in Form if form not in FOR_STAFF]


@pytest.fixture(scope="module")
def standing(master: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """A shelf that no test here changes but for what exports write down."""
    shelf = copy_of(master, tmp_path_factory.mktemp("exports") / "home")
    with shelf.archive.db.write() as session:
        # An item that anybody may see and that has a formula for a title, and a secret that only staff may see.
        item = shelf.item(session, "formula", Description(title="=1+1", source="@SUM(A1)", kind="text"))
        file = shelf.file(session, item, SECRET.encode(), f"{SECRET}.txt", "text/plain")
        file.says = {"creator": SECRET}
        item.consent.people_words = item.consent.name_shown = SECRET
        item.consent.place_precision, item.extra = "none", {"relation": SECRET}
        shelf.copy(session, file, "text", b"Nothing of it here.", "text/plain")
        shelf.bag(session, item)
    yield shelf
    shelf.archive.close()


@pytest.mark.parametrize("form", PUBLIC_FORMS)
def test_what_only_staff_may_see_is_in_no_byte_of_what_is_for_everybody(standing: Shelf, form: str) -> None:
    archivist = user(standing.archive, "archivist")
    for wrapping in ("zip", "tar") if form == "safe" else ("zip",):
        export_id = ready(standing.archive, archivist, form, wrapping=wrapping)
        data = every_byte(path_of(standing.archive, archivist, export_id))
        assert b"Letter to a friend (demonstration)" in data
        assert SECRET.encode() not in data
        assert b"39.952345" not in data, "a place is no more exact than its consent has it"
    told = leaving(standing.archive, archivist, form)
    assert {told[standing.items[name]] for name in ("letter", "photo", "formula")} == {""}
    assert (
        told[standing.items["hidden-not-yet"]] == told[standing.items["hidden-for-members"]] == "not-public"
    )
    assert told[standing.items["hidden-withdrawn"]] == "withdrawn"
    assert told[standing.items["hidden-declined"]] == "declined"
    assert standing.items["hidden-draft"] not in told


@pytest.mark.parametrize("form", sorted(FOR_STAFF))
def test_what_is_for_staff_holds_what_is_in_bags_and_says_who_has_it(standing: Shelf, form: str) -> None:
    archive, archivist = standing.archive, user(standing.archive, "archivist")
    before = len(export.bags_that_left(archive, archivist, standing.items["formula"]))
    told = leaving(archive, archivist, form)
    assert told[standing.items["photo"]] == told[standing.items["hidden-accepted"]] == "not-in-a-bag"
    data = every_byte(path_of(archive, archivist, ready(archive, archivist, form)))
    assert SECRET.encode() in data
    left = export.bags_that_left(archive, archivist, standing.items["formula"])[before:]
    assert [(one.for_whom, one.by) for one in left] == [("The town library", archivist.id)]
    (event,) = history(archive, standing.items["letter"])[-1:]
    assert event.detail["purpose"] == "research" and event.detail["export"]


def test_an_export_is_in_the_history_of_all_that_is_in_it_once_and_tells_no_words(standing: Shelf) -> None:
    archive, archivist = standing.archive, user(standing.archive, "archivist")
    before = {name: len(history(archive, standing.items[name])) for name in standing.items}
    export_id = ready(archive, archivist, "csv", Selection(words="demonstration"))
    export_carrying.carry_out(archive, export_id, quiet)
    for name, count in before.items():
        found = history(archive, standing.items[name])[count:]
        in_it = name in ("letter", "talk", "papers", "book", "broken")
        assert len(found) == in_it, name
        if found:
            told = {"form": "csv", "purpose": "research", "for": "The town library", "export": export_id}
            assert found[0].detail == told


def test_items_are_chosen_by_words_collection_state_days_and_lists(standing: Shelf) -> None:
    archive, archivist = standing.archive, user(standing.archive, "archivist")
    items = standing.items

    def found(**asked: object) -> set[str]:
        chosen = leaving(archive, archivist, "preservation", Selection(**asked))  # type: ignore[arg-type]
        return {name for name, one in items.items() if one in chosen}

    assert found(words="carriage") == {"letter"}
    assert found(state="declined") == {"hidden-declined"}
    assert found(collection="convenings") == set()
    assert found(since=today() + timedelta(days=1)) == found(until=today() - timedelta(days=1)) == set()
    assert len(found(since=today(), until=today(), collection="march-25")) == len(items) - 1
    listed = ids_in(
        f"https://archive.example/items/{items['talk']}\n {items['photo']}, nobody;{items['photo']}"
    )
    assert listed == (items["talk"], items["photo"], "nobody")
    weighed = export_choosing.weigh(archive, archivist, Selection(ids=listed), Form.SAFE)
    assert set(weighed.leaving) == {items["talk"], items["photo"]} and weighed.unknown == ("nobody",)


def test_nobody_takes_out_what_is_not_theirs_to_take_out(standing: Shelf) -> None:
    archive = standing.archive
    for name in ("curator", "administrator", "member", "contributor"):
        with pytest.raises(ForbiddenError):
            exports.ask(archive, user(archive, name), Selection(), wish("safe"))
    elsewhere = user(archive, "elsewhere")
    for ids in ((), (standing.items["letter"],), ("nobody",)):
        assert leaving(archive, elsewhere, "preservation", Selection(ids=ids)) == {}
        with pytest.raises(BadInputError) as refused:
            exports.ask(archive, elsewhere, Selection(ids=ids), wish("safe"))
        assert refused.value.code == "nothing-leaves"


def test_a_table_holds_no_formula_and_json_says_the_same(standing: Shelf) -> None:
    archive, archivist = standing.archive, user(standing.archive, "archivist")
    for form in ("csv", "csv-staff"):
        path = path_of(archive, archivist, ready(archive, archivist, form))
        with path.open(encoding="utf-8-sig", newline="") as table:
            rows = {row["id"]: row for row in csv.DictReader(table)}
        assert rows[standing.items["formula"]]["title"] == "'=1+1"
        assert not [cell for row in rows.values() for cell in row.values() if cell[:1] in "=+-@" and cell]
    for form in ("json", "json-staff"):
        (letter,) = [
            one
            for one in json.loads(path_of(archive, archivist, ready(archive, archivist, form)).read_bytes())
            if standing.items["letter"] in (one.get("id"), one.get("item", {}).get("id"))
        ]
        assert "Letter to a friend (demonstration)" in (letter.get("title") or letter["description"]["title"])


def test_pages_for_a_reading_room_open_from_a_disk_and_lead_only_to_what_is_beside_them(
    standing: Shelf, tmp_path: Path
) -> None:
    archive, archivist = standing.archive, user(standing.archive, "archivist")
    with zipfile.ZipFile(path_of(archive, archivist, ready(archive, archivist, "reading-room"))) as packed:
        packed.extractall(tmp_path)
    (root,) = tmp_path.iterdir()
    pages = [root / "data/start-here.html", *(root / "data/items").glob("*.html")]
    assert len(pages) > 5
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text
        for attribute in ("href", "src"):
            for link in text.split(f' {attribute}="')[1:]:
                assert (page.parent / link.partition('"')[0]).is_file()
    spanish = (root / "data/start-here.es.html").read_text(encoding="utf-8")
    first = spanish.split('<li><a href="')[1].partition('"')[0]
    page = (root / "data" / first).read_text(encoding="utf-8")
    assert first.endswith(".es.html") and '<html lang="es">' in page
    assert "<dt>Colección</dt>" in page and "<dt>Collection</dt>" not in page


@pytest.mark.parametrize(
    "form",
    [
        "preservation",
        "reading-room",
        "ead",
        *(pytest.param(one, marks=pytest.mark.slow) for one in ("safe", "csv", "json")),
    ],
)
def test_the_same_content_is_exported_as_the_same_bytes(shelf: Shelf, tmp_path: Path, form: str) -> None:
    # What is made without being written down leaves the bags as they are.
    ids = [shelf.items["letter"]] if form == "preservation" else [shelf.items["photo"], shelf.items["letter"]]
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made.append(export_making.make(shelf.archive, wish(form), ids, tmp_path / name, quiet))
        ids.reverse()
    assert made[0].path.read_bytes() == made[1].path.read_bytes()
    assert made[0].path.name == made[1].path.name
    beside = made[0].path.with_name(f"{made[0].path.name}.sha512").read_text()
    assert beside == f"{made[0].sha512}  {made[0].path.name}\n"


def test_a_bag_that_was_found_damaged_leaves_in_no_export_and_that_is_told(shelf: Shelf) -> None:
    archive, archivist = shelf.archive, user(shelf.archive, "archivist")
    letter = Selection(ids=(shelf.items["letter"],))
    with archive.db.write() as session:
        session.add(
            Fixity(
                item_id=shelf.items["letter"],
                outcome="failure",
                found={},
                copies=[],
                bytes_read=0,
                wanted=False,
            )
        )
    assert leaving(archive, archivist, "preservation", letter) == {shelf.items["letter"]: "bag-damaged"}
    assert leaving(archive, archivist, "csv-staff", letter) == {shelf.items["letter"]: ""}


def test_an_export_that_is_made_stays_when_its_job_is_begun_once_more(standing: Shelf) -> None:
    archivist = user(standing.archive, "archivist")
    export_id = ready(standing.archive, archivist, "csv")
    # As after a worker that was killed before it noted that the job is done.
    export_carrying.carry_out(standing.archive, export_id, quiet)
    assert path_of(standing.archive, archivist, export_id).is_file()


def test_an_export_that_the_disk_refuses_is_told_as_failed_and_can_be_asked_for_again(
    standing: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    archivist = user(standing.archive, "archivist")
    with monkeypatch.context() as failing:
        failing.setattr(export_carrying, "fsync_path", refuse)
        export_id = ready(standing.archive, archivist, "csv")
    told = next(one for one in exports.listed(standing.archive, archivist) if one.id == export_id)
    assert (told.state, told.why) == ("failed", "storage-failing")
    again = ready(standing.archive, archivist, "csv")
    assert path_of(standing.archive, archivist, again).is_file()
