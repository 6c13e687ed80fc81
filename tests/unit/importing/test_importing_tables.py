"""Tables of other programs are said again in our fields; what is wrong is named by their row and their column."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from archive.models.errors import BadInputError
from archive.profiles import CollectionProfile
from ingest.bulk.model import SubmissionPlan
from ingest.importing import TableMapping, read_mapping, ready_mappings
from ingest.importing.tables import plan_table


def planned(
    table: Path, mapping: str | TableMapping, profile: CollectionProfile, files: Path | None = None
) -> SubmissionPlan:
    read = mapping if isinstance(mapping, TableMapping) else read_mapping(mapping)
    (one,) = plan_table(table, read, profile, files).submissions
    return one


def told(one: SubmissionPlan, *, header: bool = False) -> list[tuple[int, str]]:
    """What is wrong; what is only to be known is none of it."""
    wrong = [problem for problem in one.problems if not problem.note]
    return [(problem.row, problem.column) for problem in wrong if header or problem.row != 1]


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


OMEKA = """itemId,Dublin Core:Title,Dublin Core:Creator,Dublin Core:Date,Dublin Core:Subject,tags,itemType,file,owner,Extent
1,A letter,"Still, William^^Still, Peter",1850-08-07,Letters^^Family,"freedom, kin",Text,http://x.org/files/a%20b.txt,jane@x.org,3 p.
2,No date that is one,,sometime perhaps,,,Still Image,b.txt^^c.txt,,
3,Nowhere,,1850-01,,,,http://x.org/files/gone.pdf,,
4,Nothing,,,,,,,,
5,Twice,,,,,,b.txt,,
"""


def test_a_table_of_omeka_classic_is_said_in_our_fields(tmp_path: Path, profile: CollectionProfile) -> None:
    files = write(tmp_path / "files", {"deep/a b.txt": "a", "b.txt": "b", "c.txt": "c", "other.txt": "x"})
    one = planned(write(tmp_path, {"omeka.csv": OMEKA}) / "omeka.csv", "omeka-classic", profile, files)
    letter, dated = one.items
    said = letter.description
    assert (said.title, said.date_edtf, said.kind) == ("A letter", "1850-08-07", "text")
    assert said.names == (("Still, William", "creator"), ("Still, Peter", "creator"))
    assert said.subjects == ("Letters", "Family", "freedom", "kin")
    assert said.extra == {"extent": "3 p."}
    assert [file.given_name for file in letter.files] == ["deep/a b.txt"]
    # What cannot be understood is kept as it was given.
    assert (dated.description.date_given, dated.description.kind) == ("sometime perhaps", "still-image")
    assert [file.given_name for file in dated.files] == ["b.txt", "c.txt"]
    assert told(one, header=True) == [
        (1, "extent"),
        (3, "dublin core:date"),
        (4, ""),
        (5, ""),
        (6, ""),
    ]
    assert "jane@x.org" not in str(one)
    assert one.consent is not None and one.consent.audience == "staff"


def test_a_table_of_omeka_s_has_bars_between_its_values(tmp_path: Path, profile: CollectionProfile) -> None:
    table = "o:id,dcterms:title,dcterms:creator,dcterms:spatial,dcterms:language,file\n"
    table += "1,A song,Hughes|Norwood,Norfolk|Charleston,eng|spa,a.txt\n"
    (item,) = planned(write(tmp_path, {"s.csv": table, "a.txt": "a"}) / "s.csv", "omeka-s", profile).items
    assert [name for name, _ in item.description.names] == ["Hughes", "Norwood"]
    assert [place.name for place in item.description.places] == ["Norfolk", "Charleston"]
    assert item.description.languages == ("en", "es")


COLLECTION_BUILDER = """objectid,title,date,date_is_approximate,location,latitude,longitude,subject,type,language,rightsstatement,rights,filename,object_location
one,A view,1886,yes,Murray,47.6,-115.8,towns; mountains,Image;StillImage,eng,http://rightsstatements.org/vocab/InC-EDU/1.0/,Ask us,a.txt,https://x.org/a.txt
two,Span,1935/1950,yes,,95,0,,Nonsense,eng,,,b.txt,
"""


def test_a_table_of_collectionbuilder_keeps_about_when_and_where(
    tmp_path: Path, profile: CollectionProfile
) -> None:
    write(tmp_path, {"cb.csv": COLLECTION_BUILDER, "a.txt": "a", "b.txt": "b"})
    one = planned(tmp_path / "cb.csv", "collectionbuilder", profile)
    view, span = (item.description for item in one.items)
    assert (view.date_edtf, view.kind, view.subjects) == ("1886~", "still-image", ("towns", "mountains"))
    assert (view.latitude, view.longitude) == (47.6, -115.8)
    assert view.rights == "http://rightsstatements.org/vocab/InC-EDU/1.0/"
    # Of two columns for one value both stay.
    assert view.extra == {"rights (as given)": "Ask us"}
    assert span.date_edtf == "1935~/1950~"
    assert told(one) == [(3, "type"), (3, "latitude")]


def test_what_was_typed_of_a_picture_is_kept_and_what_is_left_out_is_told(
    tmp_path: Path, profile: CollectionProfile
) -> None:
    table = (
        "objectid,title,filename,object_location,image_alt_text,object_transcript,parentid,image_thumb\n"
        'one,A letter,a.txt,https://x.org/a.txt,"A torn leaf, written on both sides","Dear Sister,\nwe are well.",box-1,t.jpg\n'
    )
    one = planned(write(tmp_path, {"cb.csv": table, "a.txt": "a"}) / "cb.csv", "collectionbuilder", profile)
    assert one.items[0].description.extra == {
        "image_alt_text": "A torn leaf, written on both sides",
        "object_transcript": "Dear Sister,\nwe are well.",
        "parentid": "box-1",
    }
    left_out = [problem for problem in one.problems if "leaves this column out" in problem.reason]
    # The column that names the file is read, though it is not kept.
    assert [(one.row, one.column, one.note) for one in left_out] == [
        (1, "objectid", True),
        (1, "image_thumb", True),
    ]


DUBLIN_CORE = """<?xml version="1.0"?><dublin_core schema="dc">
<dcvalue element="title" qualifier="none">A thesis</dcvalue>
<dcvalue element="contributor" qualifier="author">Roe, Jane</dcvalue>
<dcvalue element="contributor" qualifier="author">Doe, Ann</dcvalue>
<dcvalue element="date" qualifier="issued">some day</dcvalue>
<dcvalue element="description" qualifier="provenance">Submitted by jane@x.org</dcvalue>
</dublin_core>"""


def test_folders_of_dspace_bring_their_originals_alone(tmp_path: Path, profile: CollectionProfile) -> None:
    contents = "thesis.txt\tbundle:ORIGINAL\nlicense.txt\tbundle:LICENSE\nthesis.txt.txt\tbundle:TEXT\n"
    write(
        tmp_path / "saf",
        {
            "item_1/dublin_core.xml": DUBLIN_CORE,
            "item_1/contents": contents,
            "item_1/thesis.txt": "words",
            "item_1/license.txt": "x",
            "item_1/thesis.txt.txt": "x",
            "item_2/dublin_core.xml": "<broken",
            "item_2/contents": "gone.txt\n",
        },
    )
    one = planned(tmp_path / "saf", "dspace", profile)
    (item,) = one.items
    assert item.description.names == (("Roe, Jane", "creator"), ("Doe, Ann", "creator"))
    assert [file.given_name for file in item.files] == ["item_1/thesis.txt"]
    assert told(one, header=True) == [(1, "dc.date.issued"), (2, "dublin_core.xml"), (2, "")]
    assert {problem.reason.partition(":")[0] for problem in one.problems if not problem.note} == {
        "item_1",
        "item_2",
    }
    assert "jane@x.org" not in str(one)


def test_a_transfer_of_archivematica_brings_every_object(tmp_path: Path, profile: CollectionProfile) -> None:
    table = "filename,dc.title,dc.subject,dc.subject,dc.creator\n"
    table += "objects/letters,Two letters,Kin,Freedom,\nobjects/song.txt,A song,,,Hughes\n"
    write(
        tmp_path / "transfer",
        {
            "metadata/metadata.csv": table,
            "objects/letters/1.txt": "1",
            "objects/letters/2.txt": "2",
            "objects/song.txt": "la",
            "objects/unsaid.txt": "x",
            "logs/log.txt": "x",
        },
    )
    one = planned(tmp_path / "transfer", "archivematica", profile)
    letters, song, unsaid = one.items
    assert (letters.description.title, len(letters.files)) == ("Two letters", 2)
    assert letters.description.subjects == ("Kin", "Freedom")
    assert (song.description.title, unsaid.description.title) == ("A song", "unsaid")
    assert one.table == tmp_path / "transfer/metadata/metadata.csv"


def test_files_are_never_looked_for_outside_of_their_folder(
    tmp_path: Path, profile: CollectionProfile
) -> None:
    write(tmp_path, {"secret.txt": "x", "files/a/same.txt": "1", "files/b/same.txt": "2"})
    (tmp_path / "files/link.txt").symlink_to(tmp_path / "secret.txt")
    names = ("../secret.txt", str(tmp_path / "secret.txt"), "link.txt", "same.txt", "file:///etc/passwd")
    table = "title,filename\n" + "".join(f"T,{name}\n" for name in names)
    one = planned(
        write(tmp_path, {"t.csv": table}) / "t.csv", "collectionbuilder", profile, tmp_path / "files"
    )
    assert one.items == ()
    assert told(one) == [(number, "") for number in range(2, 7)]
    assert "Several files" in one.problems[3].reason


def test_no_column_of_theirs_is_a_consent_or_a_state(tmp_path: Path, profile: CollectionProfile) -> None:
    table = "title,filename,consent_audience,consent_naming,state,item,source\nA,a.txt,public,name,published,x,S\n"
    mapping = (
        write(tmp_path, {"m.toml": '[columns]\ntitle = "title"\n[files]\ncolumns = ["filename"]\n'})
        / "m.toml"
    )
    one = planned(write(tmp_path, {"t.csv": table, "a.txt": "a"}) / "t.csv", str(mapping), profile)
    assert one.consent is not None and (one.consent.audience, one.consent.naming) == ("staff", "no-name")
    # A column that only happens to be called like a field of ours is not taken for it.
    assert one.items[0].description.source == ""
    assert one.items[0].description.extra == {
        "state": "published",
        "item (as given)": "x",
        "source (as given)": "S",
    }


BAD = {
    "it is no TOML": "x",
    "“colums” is no key": "colums = 1",
    "kind: “xml” is none of": 'kind = "xml"',
    "columns.“a”": "columns.a = 5",
    "values.kind": 'values.kind = "x"',
    "files.columns": 'files.columns = "x"',
    "separator: it is a text": "separator = 5",
}


@pytest.mark.parametrize("words", BAD)
def test_a_mapping_that_cannot_be_used_is_told_by_its_key(tmp_path: Path, words: str) -> None:
    (tmp_path / "m.toml").write_text(BAD[words])
    with pytest.raises(BadInputError, match=r"m\.toml cannot be used") as refused:
        read_mapping(str(tmp_path / "m.toml"))
    assert (refused.value.code, words in str(refused.value)) == ("bad-mapping", True)


def test_a_mapping_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(BadInputError) as refused:
        read_mapping("nothing")
    assert refused.value.code == "no-such-mapping"
    assert all(name in refused.value.remedy for name in ready_mappings())


NO_TABLES = {
    "mapping-misses": b"a,b\n1,2\n",
    "sheet-is-workbook": b"PK\x03\x04",
    "bad-table": b'title,filename\n"x\n',
}


@pytest.mark.parametrize("code", NO_TABLES)
def test_what_is_no_such_table_is_refused(tmp_path: Path, profile: CollectionProfile, code: str) -> None:
    (tmp_path / "t.csv").write_bytes(NO_TABLES[code])
    with pytest.raises(BadInputError) as refused:
        planned(tmp_path / "t.csv", "collectionbuilder", profile)
    assert refused.value.code == code


def test_ready_mappings_name_fields_that_the_collection_has(profile: CollectionProfile) -> None:
    assert ready_mappings() == ["archivematica", "collectionbuilder", "dspace", "omeka-classic", "omeka-s"]
    known = {name for one in profile.fields for name in (one.name, one.column)} | {"latitude", "longitude"}
    for name in ready_mappings():
        mapping = read_mapping(name)
        assert {column.field for column in mapping.columns.values()} <= known
        assert set(mapping.values) <= known


SAMPLES = {
    "omeka-classic-peter-still.csv": ("omeka-classic", 57, "image_url"),
    "collectionbuilder-psychiana_cbdemo_csv.csv": ("collectionbuilder", 67, "filename"),
    "collectionbuilder-idaho_cities_cbdemo_urls.csv": ("collectionbuilder", 370, "filename"),
}


@pytest.mark.sample
@pytest.mark.parametrize("name", SAMPLES)
def test_tables_of_real_collections_come_in_with_every_row(
    shared_sample: Path, tmp_path: Path, profile: CollectionProfile, name: str
) -> None:
    mapping, count, column = SAMPLES[name]
    table = shared_sample / "exports" / name
    (tmp_path / "none").mkdir()
    without = planned(table, mapping, profile, tmp_path / "none")
    assert len({problem.row for problem in without.problems if problem.row > 1}) >= count - 1
    files = tmp_path / "files"
    files.mkdir()
    with table.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row[column]:
                (files / row[column].rpartition("/")[2]).write_bytes(row["title"].encode())
    one = planned(table, mapping, profile, files)
    assert count - 3 <= len(one.items) <= count
    dated = [item.description for item in one.items if item.description.date_given]
    assert sum(bool(said.date_edtf) for said in dated) >= 0.95 * len(dated)
    assert all(item.description.title and item.description.kind for item in one.items)
