"""An export of whole bags may hold what belongs to no item too, so that the whole archive can be made again of it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from archive.access import OPERATOR
from archive.bags import StockValidator, patience
from archive.models.errors import ConflictError, ForbiddenError
from archive.services import (
    export_carrying,
    export_choosing,
    export_standing,
    exports,
    rebuild,
    shared_bags,
    shared_fixity,
    shared_writing,
)
from archive.services.export_choosing import Selection
from archive.services.export_forms import Form
from archive.services.opening import open_archive
from archive.settings import Settings
from tests.fixtures.commands import command
from tests.fixtures.copying import rotten
from tests.fixtures.exporting import every_byte, history, path_of, quiet, ready, wish
from tests.fixtures.items import actor
from tests.fixtures.letters_kept import shelf
from tests.fixtures.shared_things import COLLECTION, Written, bag_of, look, reword, word, written
from tests.fixtures.shelf import Shelf

__all__ = ["shelf", "written"]
FORM = "preservation-shared"
# In what curators wrote, and what only staff see.
DRAFT, FORMER = b"Half a thought.", b"Rivers and songs"


def unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder)
    (bundle,) = folder.iterdir()
    return bundle


@pytest.mark.parametrize("given", ["", "data"])
def test_the_whole_archive_is_made_again_of_what_left(
    shelf: Shelf, written: Written, tmp_path: Path, given: str
) -> None:
    before = look(shelf.archive, written)
    path = path_of(shelf.archive, OPERATOR, ready(shelf.archive, OPERATOR, FORM))
    bundle = unpacked(path, tmp_path / "unpacked")
    with StockValidator() as stock:
        assert stock.validate(bundle, patience(1_000_000)).valid
        for folder in (*(bundle / "data/items").iterdir(), *(bundle / "data/shared").iterdir()):
            assert stock.validate(folder, patience(10_000)).valid
    told = (bundle / "metadata/1/README.txt").read_text("utf-8")
    assert "data/shared/" in told and "2 items" in (bundle / "bag-info.txt").read_text("utf-8")
    archive = open_archive(Settings(home=tmp_path / "again"))
    try:
        brought = rebuild.bring_back(archive, bundle / given, awaits_copies=False)
        assert (brought.refused, len(brought.items), len(brought.shared)) == ([], 2, 8)
        assert look(archive, written) == before
    finally:
        archive.close()


def test_the_same_content_is_the_same_bytes(shelf: Shelf, written: Written) -> None:
    first, second = (
        path_of(shelf.archive, OPERATOR, ready(shelf.archive, OPERATOR, FORM)).parent for _ in range(2)
    )
    # The bags of items say that they left; what is of no item does not change by leaving.
    one, other = (shared_in(folder) for folder in (first, second))
    assert one == other and len(one) > 60


def shared_in(folder: Path) -> dict[str, bytes]:
    (path,) = folder.glob("*.zip")
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist() if "/data/shared/" in name}


def test_it_holds_the_newest_that_there_is_to_say(shelf: Shelf, written: Written) -> None:
    word(shelf.archive, "places", "The old mill", note="Burnt down.")
    data = every_byte(path_of(shelf.archive, OPERATOR, ready(shelf.archive, OPERATOR, FORM)))
    assert b"Burnt down." in data and DRAFT in data and FORMER in data


@pytest.mark.parametrize("form", [one.value for one in Form if one is not Form.WITH_SHARED])
def test_no_other_export_holds_any_of_it(shelf: Shelf, written: Written, form: str) -> None:
    data = every_byte(path_of(shelf.archive, OPERATOR, ready(shelf.archive, OPERATOR, form)))
    names = [one.name.encode() for one in shelf.archive.bag_folder("shared").iterdir()]
    assert len(names) == 8
    assert not any(one in data for one in (DRAFT, FORMER, b"She sang at the river.", *names))


def test_only_who_answers_for_all_collections_may_take_it_out(shelf: Shelf, written: Written) -> None:
    bound = actor("archivist", COLLECTION)
    with pytest.raises(ForbiddenError):
        export_choosing.weigh(shelf.archive, bound, Selection(), Form.WITH_SHARED)
    assert export_choosing.weigh(shelf.archive, bound, Selection(), Form.PRESERVATION).leaving


def test_every_item_says_that_all_of_it_left_with_it_and_with_whom(shelf: Shelf, written: Written) -> None:
    ready(shelf.archive, OPERATOR, FORM)
    for item_id in shelf.items.values():
        (event,) = history(shelf.archive, item_id)
        told = {name: event.detail[name] for name in ("form", "with", "for", "purpose")}
        assert told == {
            "form": "preservation bag",
            "with": "shared",
            "for": "The town library",
            "purpose": "research",
        }


@pytest.mark.parametrize("is_made", [True, False])
def test_what_was_taken_out_of_it_since_is_handed_out_no_more(
    shelf: Shelf, written: Written, is_made: bool
) -> None:
    archive = shelf.archive
    word_id = word(archive, "agents", "Misspelt Person")
    shared_writing.write_waiting(archive)
    one = Selection(ids=(shelf.items["one"],))
    export_id = exports.ask(archive, OPERATOR, one, wish(FORM))
    others = ready(archive, OPERATOR, "preservation", one)
    if is_made:
        export_carrying.carry_out(archive, export_id, quiet)
        assert b"Misspelt" in every_byte(path_of(archive, OPERATOR, export_id))
    reword(archive, "agents", word_id, name="Rightly Spelt", keep_name="no")
    if not is_made:
        export_carrying.carry_out(archive, export_id, quiet)
    found = exports.one(archive, OPERATOR, export_id)
    assert (found.state, found.why) == ("removed", "taken-back")
    export_standing.sweep(archive)
    assert [path.name for path in archive.settings.exports.iterdir()] == [others]
    assert exports.one(archive, OPERATOR, others).state == "done"


def test_a_damaged_one_stops_it_and_is_told_until_it_is_made_anew(
    shelf: Shelf, written: Written, tmp_path: Path
) -> None:
    archive = shelf.archive
    damaged = bag_of(archive, shared_bags.story(written.stories["draft"]))
    rotten(damaged.root / "metadata/1/text.md")
    found = exports.one(archive, OPERATOR, ready(archive, OPERATOR, FORM))
    assert (found.state, found.why) == ("failed", "shared-bag-damaged")
    assert shared_fixity.counts(archive).damaged == 1
    with pytest.raises(ConflictError) as refused:
        export_carrying.make_file(archive, OPERATOR, Selection(), wish(FORM), tmp_path / "all.zip", quiet)
    assert refused.value.code == "shared-bag-damaged" and damaged.id in refused.value.remedy
    assert not (tmp_path / "all.zip").exists()
    shared_writing.renew(archive, OPERATOR, damaged.id)
    assert exports.one(archive, OPERATOR, ready(archive, OPERATOR, FORM)).state == "done"


def test_the_command_says_how_many_there_are_and_writes_them(
    shelf: Shelf, written: Written, tmp_path: Path
) -> None:
    home, target = shelf.archive.settings.home, tmp_path / "all.tar"
    words = ("export", "--form", FORM, "--for", "The town library", "--to", str(target))
    looked = command(home, *words, "--dry-run")
    assert looked.return_value == 0 and not target.exists()
    assert "stories, introductions, names and words" in looked.output and "8" in looked.output
    done = command(home, *words)
    assert (done.return_value, done.exception) == (0, None), done.output
    assert DRAFT in every_byte(target)
