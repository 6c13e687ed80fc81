"""A bag from elsewhere becomes one item: with every file, with what it says as a suggestion, and never with its consent."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.plain_text import plain
from ingest.bulk.model import Plan
from tests.fixtures.brought import METS, ours
from tests.fixtures.foreign import FILES, foreign_bag, tar_of

Look = Callable[..., Plan]


def zipped(path: Path, *folders: Path) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for folder in folders:
            for one in sorted(folder.rglob("*")):
                made.write(one, f"{folder.name}/{one.relative_to(folder)}")
    return path


def refused(found: Plan) -> list[tuple[str, str]]:
    return [(one.path.name, one.code) for one in found.refusals]


def test_a_bag_of_bagger_is_one_item_with_its_files_as_they_were_called(look: Look, tmp_path: Path) -> None:
    info = (
        "Source-Organization: A library\nContact-Email: jane@example.org\nExternal-Description: Two letters\n"
    )
    found = look(foreign_bag(tmp_path / "bagger", info=info))
    (one,) = found.submissions
    (item,) = one.items
    assert (item.description.title, item.description.description) == ("bagger", "Two letters")
    assert item.description.source == "A library"
    assert sorted(file.given_name for file in item.files) == ["letter.txt", "pictures/quilt: blue?.txt"]
    assert item.origin == {"brought as": "bag", "described by": "bag-info.txt"}
    assert "jane@example.org" not in str(found)


def test_a_bag_of_archivematica_is_described_by_the_first_section_of_its_mets(
    look: Look, tmp_path: Path
) -> None:
    files = {"objects/letter-0a1b.tif": b"x", "METS.0a1b.xml": METS, "README.html": b"x"}
    (one,) = look(foreign_bag(tmp_path / "aip", files, algorithms=("sha256",))).submissions
    said = one.items[0].description
    assert (said.title, said.date_edtf) == ("Letters of the Still family", "1850-08-07")
    assert said.names == (("Still, William", "creator"),)
    assert [place.name for place in said.places] == ["Philadelphia"]
    assert one.items[0].origin["described by"] == "data/METS.0a1b.xml"
    assert one.files == 3


def test_files_that_another_program_renamed_have_their_old_names_again(look: Look, tmp_path: Path) -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    premis = f"""<p:premis xmlns:p="http://www.loc.gov/premis/v3"><p:object><p:objectCharacteristics><p:fixity>
     <p:messageDigest>{digest.upper()}</p:messageDigest></p:fixity></p:objectCharacteristics>
     <p:originalName>%transferDirectory%objects/Zoë’s letter.tif</p:originalName></p:object></p:premis>"""
    files = {"objects/Zoe_s_letter-0a1b.tif": b"x", "METS.0a1b.xml": premis.encode()}
    (one,) = look(foreign_bag(tmp_path / "aip", files, algorithms=("sha256",))).submissions
    assert {file.given_name for file in one.items[0].files} == {
        "objects/Zoë’s letter.tif",
        "METS.0a1b.xml",
    }


def test_a_bag_of_bags_is_as_many_submissions(look: Look, tmp_path: Path) -> None:
    inside = {}
    for name in ("one", "two"):
        root = foreign_bag(tmp_path / "inner" / name)
        files = (path for path in sorted(root.rglob("*")) if path.is_file())
        inside |= {f"items/{name}/{path.relative_to(root)}": path.read_bytes() for path in files}
    outer = foreign_bag(tmp_path / "outer", inside)
    assert [len(one.items) for one in look(outer).submissions] == [1, 1]
    (outer / "data/items/two/data/letter.txt").write_bytes(b"changed")
    given = zipped(tmp_path / "outer.zip", outer)
    found = look(given)
    assert len(found.submissions) == 1
    assert [(one.path, one.code) for one in found.refusals] == [
        (given / "outer/data/items/two", "bag-file-changed")
    ]
    mixed = foreign_bag(tmp_path / "mixed", {**inside, "other.txt": b"x"})
    assert [one.files for one in look(mixed).submissions] == [len(inside) + 1]


def test_a_bag_of_dart_is_described_by_its_own_tag_file(look: Look, tmp_path: Path) -> None:
    tags = {"aptrust-info.txt": b"Title: Oral histories\nAccess: Institution\nDescription: Ten tapes\n"}
    (one,) = look(foreign_bag(tmp_path / "dart", algorithms=("md5", "sha256"), tags=tags)).submissions
    assert (one.items[0].description.title, one.items[0].description.description) == (
        "Oral histories",
        "Ten tapes",
    )


def test_a_bag_of_ours_suggests_its_newest_record_and_nothing_of_its_consent(
    look: Look, tmp_path: Path
) -> None:
    (one,) = look(ours(tmp_path / "abc123")).submissions
    (item,) = one.items
    said = item.description
    assert (said.title, said.kind, said.languages) == ("Letter to my grandmother", "text", ("en",))
    assert said.names == (("Norwood, Hermond", "interviewer"),)
    # Days are reckoned here: what a bag says of them is not believed.
    assert (said.date_given, said.date_edtf, said.decades) == ("summer 1963", "1963-22", (1960,))
    assert said.extra == {"relation": ["A book"]}
    assert said.rights_uri == "http://creativecommons.org/licenses/by/4.0/"
    told = [(file.given_name, file.title, file.role, file.accompanies) for file in item.files]
    assert told == [("A ?.jpg", "Front", "original", None), ("B ?.txt", "", "transcript", 0)]
    assert [file.given_bytes for file in item.files] == ["A%20%FF.jpg", ""]
    assert item.origin == {"brought as": "bag", "described by": "record.json", "item elsewhere": "abc123"}
    assert one.consent is None
    assert "Jane Roe" not in str(one)


STRANGE: list[object] = [
    [],
    "text",
    {"description": 5, "files": {"a": 1}},
    {"description": {"names": ["x", {"name": ["y"]}], "places": [{"name": "N", "latitude": "NaN"}]}},
    {
        "description": {
            "title": "\ud800\0\x01 half",
            "date": {"edtf": "9999-99"},
            "kind": "weapon",
            "rights_uri": "x",
        }
    },
    {"description": {"places": [{"name": "N", "latitude": 1e999, "longitude": True}], "extra": [1]}},
]


@pytest.mark.parametrize("number", range(len(STRANGE)))
def test_a_record_of_any_shape_is_read_without_harm(look: Look, tmp_path: Path, number: int) -> None:
    found = look(ours(tmp_path / "abc123", STRANGE[number]))
    assert (found.refusals, len(found.submissions), found.submissions[0].files) == ((), 1, 2)
    title = found.submissions[0].items[0].description.title
    assert title == plain(title)


def test_what_is_no_xml_is_told_and_the_bag_comes_in(look: Look, tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;&b;'
    (one,) = look(foreign_bag(tmp_path / "bag", {"METS.1.xml": bomb})).submissions
    assert [problem.column for problem in one.problems] == ["data/METS.1.xml"]


@pytest.mark.parametrize("kind", ["folder", "zip", "tar", "tar.gz"])
def test_a_bag_is_the_same_however_it_is_packed(look: Look, tmp_path: Path, kind: str) -> None:
    root = foreign_bag(tmp_path / "made" / "bag")
    given = root
    if kind == "zip":
        given = zipped(tmp_path / "other.zip", root)
    elif kind != "folder":
        given = tmp_path / f"other.{kind}"
        with tarfile.open(given, "w:gz" if kind == "tar.gz" else "w") as made:
            made.add(root, "bag")
    (one,) = look(given).submissions
    assert one.folder == given
    assert {file.sha512 for file in one.items[0].files} == {
        hashlib.sha512(data).hexdigest() for data in FILES.values()
    }


def test_several_bags_come_in_and_bad_ones_never_stop_the_rest(look: Look, tmp_path: Path) -> None:
    many = zipped(tmp_path / "many.zip", foreign_bag(tmp_path / "a/one"), foreign_bag(tmp_path / "a/two"))
    shelf = tmp_path / "shelf"
    foreign_bag(shelf / "good")
    (foreign_bag(shelf / "bad") / "fetch.txt").write_text("http://example.org/x 1 data/x\n")
    (shelf / "worse.tar").write_bytes(tar_of(("b/a", "link")))
    (shelf / "notes.txt").write_text("words")
    (tmp_path / "link").symlink_to(shelf)
    found = look(tmp_path / "nothing", tmp_path / "link", shelf, many, tmp_path / "a/one/data/letter.txt")
    assert refused(found) == [
        ("nothing", "no-such-path"),
        ("link", "link"),
        ("bad", "bag-fetch"),
        ("worse.tar", "archive-link"),
        ("letter.txt", "archive-kind"),
    ]
    assert [one.folder.name for one in found.submissions] == ["good", "many.zip", "many.zip"]


def test_a_bag_that_is_the_folder_one_is_in_has_its_name(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(foreign_bag(tmp_path / "letters"))
    (one,) = look(Path()).submissions
    assert one.items[0].description.title == "letters"


def test_an_archive_in_an_archive_is_not_opened(look: Look, tmp_path: Path) -> None:
    inner = tar_of(("bag/bagit.txt", b"x"))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("inner.tar", inner)
    (tmp_path / "outer.zip").write_bytes(made.getvalue())
    assert refused(look(tmp_path / "outer.zip")) == [("outer.zip", "archive-nested")]
