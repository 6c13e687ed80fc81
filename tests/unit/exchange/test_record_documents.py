"""The documents beside a record say what the record says, in forms that other archives read, whatever anybody wrote."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from archive.services.record import as_files
from tests.fixtures.recorded import FIRST, ITEM, SECOND, record
from tests.fixtures.schemas import faults

IN = {
    "p": "http://www.loc.gov/premis/v3",
    "m": "http://www.loc.gov/METS/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "x": "http://www.w3.org/1999/xlink",
}
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
HREF = f"{{{IN['x']}}}href"
SCHEMA_OF = {"premis.xml": "premis-3.xsd", "mets.xml": "mets.xsd", "dc.xml": "oai_dc.xsd"}


def parsed(name: str, given_record: dict[str, Any] | None = None) -> Any:
    return etree.fromstring(as_files(given_record or record())[name])


def texts(root: Any, path: str) -> list[str]:
    return [node.text for node in root.iterfind(path, IN)]


def bare() -> dict[str, Any]:
    """A record of which nobody said anything yet."""
    found = record()
    found["description"] |= dict.fromkeys(
        ("title", "description", "kind", "rights", "rights_uri", "source"), ""
    )
    found["description"] |= {"names": [], "places": [], "subjects": [], "languages": []}
    found["description"]["date"]["edtf"] = ""
    found["consent"], found["events"] = [], []
    return found


def oddly_named() -> dict[str, Any]:
    """A record of a file whose name is not the text of it."""
    found = record()
    found["files"][0]["given_bytes"] = "Carta%20a%CC%80%FF.txt"
    return found


def alone() -> dict[str, Any]:
    return record() | {"files": []}


@pytest.mark.parametrize("name", SCHEMA_OF)
@pytest.mark.parametrize("made", [record, bare, alone, oddly_named])
def test_every_document_is_valid_by_its_publishers_schema(name: str, made: Any) -> None:
    assert faults(as_files(made())[name], SCHEMA_OF[name]) == []


def test_premis_tells_of_the_item_its_files_as_a_whole_and_each_file() -> None:
    root = parsed("premis.xml")
    kinds = [node.get(TYPE) for node in root.iterfind("p:object", IN)]
    assert kinds == ["intellectualEntity", "representation", "file", "file"]
    names = texts(root, "p:object/p:objectIdentifier/p:objectIdentifierValue")
    assert names == [ITEM, f"{ITEM}/representation", FIRST, SECOND]
    file = root.findall("p:object", IN)[2]
    said = "p:objectCharacteristics/"
    assert texts(file, f"{said}p:fixity/p:messageDigestAlgorithm") == ["SHA-512"]
    assert texts(file, f"{said}p:fixity/p:messageDigest") == ["ab" * 64]
    assert texts(file, f"{said}p:size") == ["9"]
    assert texts(file, f"{said}p:format/p:formatDesignation/p:formatName") == ["Plain Text File"]
    assert texts(file, f"{said}p:format/p:formatRegistry/p:formatRegistryKey") == ["x-fmt/111"]
    assert texts(file, "p:originalName") == ["Carta à irmã.txt"]
    assert texts(file, "p:storage/p:contentLocation/p:contentLocationValue") == ["data/Carta-a-irma.txt"]


def test_premis_has_a_name_as_bytes_beside_the_one_to_be_read() -> None:
    first, second = parsed("premis.xml", oddly_named()).findall("p:object", IN)[2:]
    where = (
        "p:significantProperties[p:significantPropertiesType='name as bytes']/p:significantPropertiesValue"
    )
    assert (texts(first, where), texts(second, where)) == (["Carta%20a%CC%80%FF.txt"], [])
    assert texts(first, "p:originalName") == ["Carta à irmã.txt"]


def test_a_file_of_a_format_that_nobody_knows_is_said_to_be_unknown() -> None:
    file = parsed("premis.xml").findall("p:object", IN)[3]
    assert texts(file, ".//p:formatName") == ["unknown"]
    assert texts(file, ".//p:formatRegistryKey") == []


def test_premis_says_what_is_part_of_what_and_what_was_made_of_what() -> None:
    entity, whole, original, translation = parsed("premis.xml").findall("p:object", IN)
    assert related(entity) == [("is represented by", [f"{ITEM}/representation"])]
    assert related(whole) == [("represents", [ITEM]), ("has part", [FIRST, SECOND])]
    assert related(original) == []
    assert related(translation) == [("has source", [FIRST])]


def related(one: Any) -> list[tuple[str, list[str]]]:
    return [
        (
            node.find("p:relationshipSubType", IN).text,
            texts(node, "p:relatedObjectIdentifier/p:relatedObjectIdentifierValue"),
        )
        for node in one.iterfind("p:relationship", IN)
    ]


def test_events_are_told_in_the_words_of_the_vocabulary_with_their_day_and_who_did_it() -> None:
    root = parsed("premis.xml")
    assert texts(root, "p:event/p:eventType") == ["ingestion", "validation", "accession", "reopen"]
    first, *_, last = root.findall("p:event", IN)
    assert first.find("p:eventType", IN).get("valueURI").endswith("/eventType/ing")
    assert last.find("p:eventType", IN).get("valueURI") is None
    assert texts(first, "p:eventDateTime") == ["2025-03-25"]
    assert texts(first, ".//p:eventDetail") == ['{"files": 2, "kind": "receive"}']
    assert texts(first, ".//p:eventOutcome") == ["success"]
    assert texts(first, "p:linkingAgentIdentifier/p:linkingAgentIdentifierValue") == ["contributor"]
    agents = texts(root, "p:agent/p:agentIdentifier/p:agentIdentifierValue")
    assert list(zip(agents, texts(root, "p:agent/p:agentType"), strict=True)) == [
        ("contributor", "person"),
        ("pipeline", "software"),
        ("u7", "person"),
    ]


def test_every_version_of_the_consent_is_a_statement_of_rights_until_the_next() -> None:
    root = parsed("premis.xml")
    first, second, said = root.findall("p:rights/p:rightsStatement", IN)
    assert texts(first, ".//p:otherRightsApplicableDates/*") == ["2025-03-25", "2025-05-02"]
    assert texts(second, ".//p:otherRightsApplicableDates/*") == ["2025-05-02"]
    assert texts(second, "p:rightsGranted/p:act") == ["disseminate", "use"]
    assert texts(second, "p:rightsGranted/p:restriction") == ["audience: public", "reuse: by-nc"]
    assert texts(second, "p:rightsGranted/p:termOfGrant/p:endDate") == ["2060-01-01"] * 2
    assert texts(said, ".//p:otherRightsNote") == ["In copyright"]
    linked = texts(root, "p:object/p:linkingRightsStatementIdentifier/*")[1::2]
    assert linked == texts(root, "p:rights/p:rightsStatement/p:rightsStatementIdentifier/*")[1::2]


def test_mets_says_where_each_file_lies_what_it_must_be_and_what_it_accompanies() -> None:
    root = parsed("mets.xml")
    assert root.get("OBJID") == ITEM
    assert [group.get("USE") for group in root.iterfind("m:fileSec/m:fileGrp", IN)] == [
        "original",
        "translation",
    ]
    file = root.find(f"m:fileSec/m:fileGrp/m:file[@ID='file-{FIRST}']", IN)
    assert (file.get("CHECKSUM"), file.get("CHECKSUMTYPE"), file.get("SIZE")) == ("ab" * 64, "SHA-512", "9")
    assert file.find("m:FLocat", IN).get(HREF) == "../../data/Carta-a-irma.txt"
    physical, logical = root.findall("m:structMap", IN)
    assert [one.get("FILEID") for one in physical.iterfind("m:div/m:div/m:fptr", IN)] == [
        f"file-{FIRST}",
        f"file-{SECOND}",
    ]
    head = logical.find("m:div/m:div", IN)
    assert head.find("m:fptr", IN).get("FILEID") == f"file-{FIRST}"
    assert head.find("m:div/m:fptr", IN).get("FILEID") == f"file-{SECOND}"
    assert head.find("m:div", IN).get("TYPE") == "translation"


def test_mets_refers_to_the_documents_beside_it_with_their_sums() -> None:
    files = as_files(record())
    referred = etree.fromstring(files["mets.xml"]).findall(".//m:mdRef", IN)
    assert {one.get(HREF): one.get("CHECKSUM") for one in referred} == {
        name: hashlib.sha512(files[name]).hexdigest() for name in ("record.json", "premis.xml")
    }
    assert [one.get("SIZE") for one in referred] == [
        str(len(files[name])) for name in ("record.json", "premis.xml")
    ]


def test_dublin_core_says_what_the_description_says_alone_and_within_mets() -> None:
    alone, within = parsed("dc.xml"), parsed("mets.xml").find(".//m:xmlData", IN)[0]
    said = [(node.tag.split("}")[1], node.text) for node in alone]
    assert said == [(node.tag.split("}")[1], node.text) for node in within]
    assert said == [
        ("title", "A letter to my sister"),
        ("creator", "Somebody"),
        ("contributor", "Somebody Else"),
        ("date", "1949-06"),
        ("type", "text"),
        ("subject", "Letters"),
        ("coverage", "Salvador"),
        ("language", "por"),
        ("description", "Written at dusk.\n\nSent by night."),
        ("source", "A trunk"),
        ("rights", "http://rightsstatements.org/vocab/InC/1.0/"),
        ("identifier", ITEM),
    ]


def test_the_same_record_gives_the_same_bytes() -> None:
    assert as_files(record()) == as_files(record())


def test_no_text_of_the_agreement_and_no_shown_name_is_copied_out_of_the_record() -> None:
    said = record()
    for consent in said["consent"]:
        consent["agreement_text"] = consent["name_shown"] = "planted-secret"
    files = as_files(said)
    assert [name for name, data in files.items() if b"planted-secret" in data] == ["record.json"]


@settings(max_examples=40, deadline=None)
@given(
    st.text(
        st.characters(codec="utf-8") | st.sampled_from("\x00\x01\x0b\x1f\ud800\udfff\ufffe\uffff<&\"'>]"),
        max_size=30,
    )
)
@example("\ud800 \x01\x0b\uffff")
def test_whatever_anybody_wrote_becomes_a_document(text: str) -> None:
    said = record()
    said["description"] |= {"title": text, "description": text, "rights": text, "rights_uri": text}
    said["description"]["names"] = [{"name": text, "role": text}]
    said["files"][0] |= {
        "given_name": text,
        "title": text,
        "media_type": text,
        "role": text,
        "puid": f"/{text}",
    }
    said["consent"][0] |= {"people_words": text, "reuse": text, "agreement_version": text}
    said["events"][0] |= {"detail": {"words": text}, "kind": text}
    files = as_files(said)
    for name in SCHEMA_OF:
        assert etree.fromstring(files[name]) is not None


def test_who_did_several_things_is_named_once_in_the_dublin_core_of_a_bag() -> None:
    found = record()
    roles = ("author", "speaker", "interviewer", "transcriber")
    found["description"]["names"] = [
        {"name": "Souza, Maria" if role in roles[:2] else "Lima, Ana", "role": role} for role in roles
    ]
    root = parsed("dc.xml", found)
    assert (texts(root, "dc:creator"), texts(root, "dc:contributor")) == (["Souza, Maria"], ["Lima, Ana"])
