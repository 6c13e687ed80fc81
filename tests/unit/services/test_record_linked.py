"""A record is linked data: a JSON-LD processor of others understands it by the published context, and fetches nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pyld import jsonld

from archive.bags import bag_key, read_bag
from archive.services import rebuild_record
from archive.services.opening import open_archive
from archive.services.rebuild_record import differs_from_bag, newest_record
from archive.services.record import CONTEXT, as_files, named, records
from archive.settings import Settings
from tests.fixtures.desk import master, shelf
from tests.fixtures.schema_members import DOCS, SCHEMA
from tests.fixtures.shelf import Shelf
from tests.fixtures.whole_record import write_whole

__all__ = ["master", "shelf"]

DC, SCHEMA_ORG, PREMIS = (
    "http://purl.org/dc/terms/",
    "https://schema.org/",
    "http://www.loc.gov/premis/rdf/v3/",
)
OURS = "https://w3id.org/remembrance/record/1/terms#"
XSD = "http://www.w3.org/2001/XMLSchema#"


def beside(address: str, _options: object) -> dict[str, Any]:
    """The context out of docs; whatever else is asked for would be a request to somebody."""
    assert address == CONTEXT
    text = (DOCS / "record.context.jsonld").read_text(encoding="utf-8")
    return {
        "contextUrl": None,
        "documentUrl": address,
        "document": json.loads(text),
        "contentType": "application/ld+json",
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A record in which everything stands, as it is in a bag."""
    archive = open_archive(Settings(home=tmp_path_factory.mktemp("linked") / "home"))
    with archive.db.write() as session:
        item_id = write_whole(session)
        data = as_files(records(session, [item_id])[item_id])["record.json"]
    archive.close()
    found: dict[str, Any] = json.loads(data)
    return found


@pytest.fixture(scope="module")
def expanded(whole: dict[str, Any]) -> dict[str, Any]:
    (root,) = jsonld.expand(whole, {"documentLoader": beside})
    assert isinstance(root, dict)
    return root


def of(node: dict[str, Any], term: str) -> Any:
    """The one value of a term: a literal, a list, or another node."""
    (value,) = node[term]
    return value.get("@list", value.get("@value", value))


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every node and value there is, but what is JSON and no more."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield one
            if one.get("@type") != "@json":
                yield from (inner for held in one.values() for inner in nodes(held))


def test_a_processor_of_others_finds_the_item_its_description_and_its_files(
    whole: dict[str, Any], expanded: dict[str, Any]
) -> None:
    item = of(expanded, f"{SCHEMA_ORG}about")
    assert of(item, f"{DC}identifier") == whole["item"]["id"]
    assert item[f"{DC}dateSubmitted"] == [{"@type": f"{XSD}date", "@value": whole["item"]["received_on"]}]
    assert of(of(expanded, f"{OURS}description"), f"{DC}title") == whole["description"]["title"]
    files = of(expanded, f"{DC}hasPart")
    assert [of(one, f"{DC}identifier") for one in files] == [one["id"] for one in whole["files"]]
    assert [of(one, f"{PREMIS}originalName") for one in files] == [
        one["given_name"] for one in whole["files"]
    ]
    events = of(expanded, f"{DC}provenance")
    assert [of(one, f"{DC}type") for one in events] == [one["kind"] for one in whole["events"]]


def test_every_word_of_it_has_a_meaning_that_is_an_address(expanded: dict[str, Any]) -> None:
    terms = {term for node in nodes(expanded) for term in node if not term.startswith("@")}
    assert len(terms) > 50 and all(term.startswith(("http://", "https://")) for term in terms)


def test_it_is_a_graph_too(whole: dict[str, Any]) -> None:
    options = {"format": "application/n-quads", "documentLoader": beside}
    lines = jsonld.to_rdf(whole, options).splitlines()
    (about,) = [line.split()[2] for line in lines if f" <{SCHEMA_ORG}about> " in line]
    assert f'{about} <{DC}identifier> "{whole["item"]["id"]}" .' in lines


def test_the_record_has_a_name_of_its_own_that_no_site_gives(
    whole: dict[str, Any], expanded: dict[str, Any]
) -> None:
    """Why it is so: docs/decisions/bags-are-believed.md."""
    assert expanded["@id"] == whole["@id"] == named(whole["item"]["id"])
    # Made as docs tell it, by whoever has the item's id alone; another one would be another record.
    assert named("0123456789abcdef") == "urn:uuid:ff0b8614-58a7-5421-aee4-48cf9679ad13"
    assert named("0123456789abcdeg") != named("0123456789abcdef")
    assert "@id" not in of(expanded, f"{SCHEMA_ORG}about")
    options = {"format": "application/n-quads", "documentLoader": beside}
    assert any(line.startswith(f"<{whole['@id']}> ") for line in jsonld.to_rdf(whole, options).splitlines())


def test_a_bag_of_an_earlier_version_whose_record_has_no_name_is_as_valid_as_ever(
    whole: dict[str, Any],
) -> None:
    form = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    earlier = {name: value for name, value in whole.items() if name != "@id"}
    assert [list(form.iter_errors(one)) for one in (whole, earlier)] == [[], []]
    assert list(form.iter_errors(whole | {"@id": "https://elsewhere.example/it"})) != []


def test_a_bag_of_an_earlier_version_needs_no_new_revision_for_the_name(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, one = shelf.archive, next(iter(shelf.items.values()))
    said = newest_record(read_bag(archive.bag_folder(bag_key(one))))
    del said["@id"]
    monkeypatch.setattr(rebuild_record, "newest_record", lambda _bag: said)
    with archive.db.read() as session:
        assert not differs_from_bag(archive, session, one)
        said["description"]["title"] = "Another"
        assert differs_from_bag(archive, session, one)
