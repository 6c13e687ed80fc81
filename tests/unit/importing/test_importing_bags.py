"""A bag from elsewhere becomes one item: with every file, with what it says as a suggestion, and never with its consent."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Consent, Event, File, Item, Submission
from archive.profiles import CollectionProfile
from archive.services import withdrawing
from archive.services.opening import Archive
from archive.services.sweep import sweep
from ingest.bulk import send as sending
from ingest.bulk.model import Plan
from ingest.bulk.send import Sent, send
from ingest.importing import bags as planning
from ingest.importing.bags import plan_bag
from tests.fixtures.foreign import FILES, foreign_bag, tar_of

Look = Callable[..., Plan]

METS = b"""<?xml version="1.0"?>
<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
 <mets:dmdSec ID="dmdSec_1"><mets:mdWrap MDTYPE="DC"><mets:xmlData><dcterms:dublincore>
  <dc:title>Letters of the Still family</dc:title><dc:creator>Still, William</dc:creator>
  <dc:date>1850-08-07</dc:date><dc:coverage>Philadelphia</dc:coverage><dc:rights>public domain</dc:rights>
 </dcterms:dublincore></mets:xmlData></mets:mdWrap></mets:dmdSec>
 <mets:dmdSec ID="dmdSec_2"><mets:mdWrap MDTYPE="DC"><mets:xmlData><dcterms:dublincore>
  <dc:title>One page of them</dc:title>
 </dcterms:dublincore></mets:xmlData></mets:mdWrap></mets:dmdSec>
</mets:mets>"""


def record(**more: Any) -> dict[str, Any]:
    """A record as an archive like this one writes it."""
    return {
        "format": "remembrance-record/1",
        "item": {"id": "abc123", "state": "published", "collection": "elsewhere"},
        "description": {
            "title": "Letter to my grandmother",
            "kind": "text",
            "names": [{"name": "Norwood, Hermond", "role": "interviewer"}],
            "places": [{"name": "Norfolk", "latitude": 36.85, "longitude": -76.29, "here": None}],
            "subjects": ["letters"],
            "languages": ["en"],
            "date": {"given": "summer 1963", "edtf": "1963-22", "start": 1, "end": 2, "decades": [1]},
            "rights": "CC BY 4.0",
            "rights_uri": "http://creativecommons.org/licenses/by/4.0/",
            "extra": {"relation": ["A book"], "deep": {"not": "kept"}},
            **more,
        },
        "files": [
            {"id": "f2", "safe_name": "b.txt", "given_name": "B ?.txt", "role": "transcript", "accompanies_id": "f1"},
            {"id": "f1", "safe_name": "a.jpg", "given_name": "A ?.jpg", "title": "Front", "language": "en"},
        ],
        "consent": [{"version": 1, "audience": "public", "naming": "name", "name_shown": "Jane Roe"}],
    }  # fmt: skip


def ours(root: Path, told: object = None, item_id: str = "abc123") -> Path:
    """A bag of an archive like this one."""
    return foreign_bag(
        root,
        {"a.jpg": b"a picture", "b.txt": b"its words"},
        version="1.0",
        algorithms=("sha512",),
        info=f"External-Identifier: {item_id}\n",
        tags={
            "metadata/1/record.json": b"{}",
            "metadata/12/record.json": json.dumps(record() if told is None else told).encode(),
        },
    )


def zipped(path: Path, *folders: Path) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for folder in folders:
            for one in sorted(folder.rglob("*")):
                made.write(one, f"{folder.name}/{one.relative_to(folder)}")
    return path


def refused(found: Plan) -> list[tuple[str, str]]:
    return [(one.path.name, one.code) for one in found.refusals]


def sent(archive: Archive, root: Path, profile: CollectionProfile) -> Sent:
    (one,) = send(archive, plan_bag(archive, root, profile), "march-25", "staff")  # type: ignore[arg-type]
    return one


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
            "title": "\ud800\0 half",
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
    found.submissions[0].items[0].description.title.encode()


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
    found = look(tmp_path / "nothing", shelf, many, tmp_path / "a/one/data/letter.txt")
    assert refused(found) == [
        ("nothing", "unreadable"),
        ("bad", "bag-fetch"),
        ("worse.tar", "archive-link"),
        ("letter.txt", "archive-kind"),
    ]
    assert [one.folder.name for one in found.submissions] == ["good", "many.zip", "many.zip"]


def test_an_archive_in_an_archive_is_not_opened(look: Look, tmp_path: Path) -> None:
    inner = tar_of(("bag/bagit.txt", b"x"))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("inner.tar", inner)
    (tmp_path / "outer.zip").write_bytes(made.getvalue())
    assert refused(look(tmp_path / "outer.zip")) == [("outer.zip", "archive-nested")]


def test_a_bag_comes_in_whole_or_not_at_all(
    archive: Archive, look: Look, tmp_path: Path, profile: CollectionProfile
) -> None:
    root = foreign_bag(tmp_path / "bag")
    planned = plan_bag(archive, root, profile)
    (root / "data/letter.txt").write_bytes(b"Dear Sister")
    (part,) = send(archive, planned, "march-25", "staff")  # type: ignore[arg-type]
    assert [one.code for one in part.refusals] == ["changed-meanwhile"]
    assert part.submission_id is None
    assert list(archive.settings.staging.iterdir()) == []
    small = replace(archive, settings=replace(archive.settings, max_file_bytes=1))
    with pytest.raises(Exception, match="larger than 1 bytes"):
        plan_bag(small, foreign_bag(tmp_path / "other"), profile)


def test_no_room_is_said_before_a_byte_is_read(
    archive: Archive, tmp_path: Path, profile: CollectionProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "prove", lambda *_: pytest.fail("it was read"))
    full = replace(archive, settings=replace(archive.settings, free_space_floor=1 << 62))
    with pytest.raises(Exception, match="no room"):
        plan_bag(full, foreign_bag(tmp_path / "bag"), profile)


def test_it_arrives_like_any_gift_with_the_way_it_came_in_its_history(
    archive: Archive, tmp_path: Path, profile: CollectionProfile
) -> None:
    one = sent(archive, ours(tmp_path / "abc123"), profile)
    again = sent(archive, tmp_path / "abc123", profile)
    assert (one.already, again.already, again.item_ids) == (False, True, one.item_ids)
    with archive.db.read() as session:
        item = session.scalars(select(Item)).one()
        assert (item.state, item.collection, item.id == "abc123") == ("received", "march-25", False)
        consent = session.scalars(select(Consent)).one()
        assert (consent.audience, consent.naming, consent.name_shown) == ("staff", "no-name", "")
        event = session.scalars(select(Event).where(Event.subject_id == item.id)).one()
        assert event.detail["item elsewhere"] == "abc123"
        assert "Letter to my grandmother" not in str(event.detail)


def test_a_bag_of_an_item_that_is_here_is_told_as_such(
    archive: Archive, look: Look, tmp_path: Path, profile: CollectionProfile
) -> None:
    root = ours(tmp_path / "one")
    (item_id,) = sent(archive, root, profile).item_ids
    same = ours(tmp_path / "same", item_id=item_id)
    other = foreign_bag(
        tmp_path / "other",
        info=f"External-Identifier: {item_id}\n",
        tags={"metadata/1/record.json": b"{}"},
    )
    assert refused(look(same, other)) == [("same", "already-here"), ("other", "bag-item-here")]


@pytest.mark.parametrize("destroy", [False, True])
def test_a_bag_of_what_was_taken_back_is_refused_by_its_id_and_by_its_files(
    archive: Archive, look: Look, tmp_path: Path, profile: CollectionProfile, destroy: bool
) -> None:
    (item_id,) = sent(archive, ours(tmp_path / "one"), profile).item_ids
    withdrawing.withdraw_item(archive, OPERATOR, item_id, destroy=destroy)
    by_id = foreign_bag(
        tmp_path / "by-id",
        info=f"External-Identifier: {item_id}\n",
        tags={"metadata/1/record.json": b"{}"},
    )
    by_files = foreign_bag(tmp_path / "by-files", {"renamed.bin": b"a picture", "more": b"x"})
    found = look(by_id, by_files)
    by_hash = "withdrawn-before" if destroy else "bag-withdrawn"
    assert refused(found) == [("by-id", "bag-withdrawn"), ("by-files", by_hash)]


def test_what_a_killed_import_left_is_swept_and_the_next_one_takes_it_in_once(
    archive: Archive, tmp_path: Path, profile: CollectionProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    root = foreign_bag(tmp_path / "bag")
    (archive.settings.run / "unzip-killed").mkdir()
    (archive.settings.run / "unzip-killed/half").write_bytes(b"x")
    with monkeypatch.context() as patched:
        patched.setattr(sending, "receive", die)
        with pytest.raises(Killed):
            sent(archive, root, profile)
    assert len(list(archive.settings.staging.iterdir())) == 2
    assert sweep(archive) == 3
    assert list(archive.settings.staging.iterdir()) == []
    sent(archive, root, profile)
    sent(archive, root, profile)
    with archive.db.read() as session:
        assert len(session.scalars(select(Submission)).all()) == 1
        assert len(session.scalars(select(File)).all()) == 2
