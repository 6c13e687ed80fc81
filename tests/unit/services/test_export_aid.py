"""A finding aid is valid EAD3, shows what belongs together as a hierarchy, and knows nothing of what is not public."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from archive.access import OPERATOR
from archive.exchange import ead
from archive.exchange.described import Described
from archive.models import Collection, Item
from archive.models.errors import BadInputError
from archive.services.export_choosing import Selection
from tests.fixtures.desk import master, shelf
from tests.fixtures.exporting import leaving, path_of, ready, user
from tests.fixtures.schemas import faults
from tests.fixtures.shelf import Shelf

__all__ = ["master", "shelf"]


def have_parts(shelf: Shelf, whole: str, *names: str) -> None:
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items[whole]).extra = {"parts": [shelf.items[one] for one in names]}


def finding_aid(shelf: Shelf, *names: str) -> bytes:
    """As the archivist has it made: of all, or of the items of these names."""
    archivist = user(shelf.archive, "archivist")
    selection = Selection(ids=tuple(shelf.items[one] for one in names))
    return path_of(shelf.archive, archivist, ready(shelf.archive, archivist, "ead", selection)).read_bytes()


def held(document: bytes) -> dict[str, list[str]]:
    """The ids of the items that stand right under each item, and under the collection (\"\"), in their order."""
    found: dict[str, list[str]] = {}
    for one in etree.fromstring(document).iter("{*}c"):
        if one.get("level") == "item":
            above = one.getparent()
            found.setdefault((above.get("id") or "").removeprefix("item-"), []).append(
                one.get("id").removeprefix("item-")
            )
    return found


def test_a_finding_aid_is_what_its_schema_says(shelf: Shelf) -> None:
    have_parts(shelf, "broken", "talk", "letter", "photo")
    document = finding_aid(shelf)
    assert "Letter to a friend (demonstration)" in document.decode()
    assert faults(document, "ead3.xsd") == []


@pytest.mark.parametrize("nothing", [" \n\n\t ", "\x00", "\x01 \n\n\x02", "\ufffe"])
def test_what_holds_no_letter_that_xml_can_leaves_no_empty_element(nothing: str) -> None:
    texts: dict[str, Any] = dict.fromkeys(ead.TEXTS, nothing) | dict.fromkeys(ead.LISTS, (nothing,))
    item = Described(id="abc", address="https://archive.example/items/abc", **{"title": "", **texts})
    item = replace(item, others=(("editor", nothing),), date_edtf="1863")
    of = ead.CollectionDescribed("march-25", "March 25", nothing, "The archive", "", "2026-03-25")
    made = io.BytesIO()
    ead.write_ead(made, of, [ead.Component(item, (ead.FileDescribed(nothing, nothing),))])
    document = made.getvalue()
    inner = etree.fromstring(document).find("{*}archdesc")
    bare = {
        one.tag.rpartition("}")[2] for one in inner.iter() if not len(one) and not (one.text or "").strip()
    }
    # What it links to stands in an attribute.
    assert bare <= {"dao"}, document
    assert faults(document, "ead3.xsd") == []


def test_who_helped_in_several_ways_is_one_name_of_a_finding_aid() -> None:
    others = (("interviewer", "Lima, Ana"), ("transcriber", "Lima, Ana"), ("editor", "Costa, Rui"))
    item = Described(id="abc", address="https://archive.example/items/abc", title="A talk", others=others)
    of = ead.CollectionDescribed("march-25", "March 25", "", "The archive", "", "2026-03-25")
    made = io.BytesIO()
    ead.write_ead(made, of, [ead.Component(item, ())])
    names = etree.fromstring(made.getvalue()).iterfind(".//{*}controlaccess/{*}name/{*}part")
    assert [one.text for one in names] == ["Lima, Ana", "Costa, Rui"]


def test_parts_stand_under_their_whole_in_their_order_and_nowhere_else(shelf: Shelf) -> None:
    names = ("talk", "letter", "photo")
    have_parts(shelf, "broken", *names)
    found = held(finding_aid(shelf))
    assert found[shelf.items["broken"]] == [shelf.items[one] for one in names]
    assert shelf.items["broken"] in found[""]
    public = [one for one, why in leaving(shelf.archive, OPERATOR, "ead").items() if not why]
    assert sorted(one for ids in found.values() for one in ids) == sorted(public)


def test_what_is_not_public_is_no_part_there_and_is_no_whole(shelf: Shelf) -> None:
    have_parts(shelf, "broken", "hidden-withdrawn", "letter", "hidden-received")
    have_parts(shelf, "hidden-received", "talk")
    document = finding_aid(shelf)
    found = held(document)
    assert found[shelf.items["broken"]] == [shelf.items["letter"]]
    assert shelf.items["talk"] in found[""], "what stands under nothing that is shown stands by itself"
    for name in (one for one in shelf.items if one.startswith("hidden")):
        assert shelf.items[name].encode() not in document


def test_a_part_whose_whole_was_not_chosen_stands_by_itself(shelf: Shelf) -> None:
    have_parts(shelf, "broken", "talk", "letter")
    assert held(finding_aid(shelf, "talk", "photo"))[""] == sorted(
        shelf.items[one] for one in ("talk", "photo")
    )


def test_a_part_of_two_stands_once_and_two_that_name_each_other_stand_by_themselves(shelf: Shelf) -> None:
    have_parts(shelf, "broken", "letter")
    have_parts(shelf, "talk", "letter")
    have_parts(shelf, "photo", "papers")
    have_parts(shelf, "papers", "photo")
    found = held(finding_aid(shelf))
    everywhere = [one for ids in found.values() for one in ids]
    assert len(everywhere) == len(set(everywhere))
    assert shelf.items["letter"] in found[min(shelf.items["broken"], shelf.items["talk"])]
    assert {shelf.items["photo"], shelf.items["papers"]} <= set(found[""])


def test_a_finding_aid_is_of_one_collection(shelf: Shelf) -> None:
    with shelf.archive.db.write() as session:
        session.add(Collection(slug="convenings"))
        session.flush()
        session.get_one(Item, shelf.items["talk"]).collection = "convenings"
    with pytest.raises(BadInputError) as refused:
        leaving(shelf.archive, OPERATOR, "ead")
    assert refused.value.code == "export-one-collection"
