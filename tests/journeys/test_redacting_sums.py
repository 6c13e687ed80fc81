"""By a checksum or an exact size a guess is known to be right: everybody is told them only where there is nothing to guess."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from archive.access import OPERATOR
from archive.services.export_choosing import Selection
from archive.services.export_public import public_item, said
from tests.fixtures import exporting
from tests.fixtures.public_bytes import everything_sent
from tests.fixtures.redacting import NAME, Place, master, original, place
from tests.fixtures.routes import LISTS
from tests.fixtures.withdrawn import settle
from tests.journeys.test_files_and_transcripts import write

__all__ = ["master", "place"]

MARKS = {
    "note": {"words": NAME},
    "letter": {"words": NAME},
    "photo": {"x_1": "50", "y_1": "25", "width_1": "20", "height_1": "25"},
    "talk": {"start": "0:02", "end": "0:03"},
}
BESIDE = {"talk": ("captions", "transcript")}
KINDS = ("feeds.", "oai.", "manifests.", "ledger.", "health.", "browse.")
UNTOLD = "Its checksum and its size are not shown"


def told_to_everybody(place: Place) -> dict[str, bytes]:
    """Every page and answer that a visitor can get, and every export that is made for everybody, unpacked."""
    more = [f"/iiif/items/{one}/manifest" for one in place.items.values()]
    more += [one for name, those in LISTS.items() if name.startswith(KINDS) for one in those]
    held = everything_sent(place.visitor, ()) | {one: place.visitor.get(one).data for one in more}
    for form in ("safe", "reading-room", "csv", "json", "ead"):
        made = exporting.ready(place.archive, OPERATOR, form, Selection())
        held[form] = exporting.every_byte(exporting.path_of(place.archive, OPERATOR, made))
    return held


def numbers(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from numbers(one)
    elif isinstance(value, int):
        yield value


# A letter is a text as a note is.
@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.slow if one == "letter" else ()) for one in MARKS]
)
def test_what_was_taken_out_cannot_be_guessed_by_a_checksum_or_a_size(place: Place, name: str) -> None:
    wholes = {one: original(place, one) for one in (name, *BESIDE.get(name, ()))}
    sums = {hashlib.sha512(data).hexdigest()[:12].encode() for data in wholes.values()}
    address = f"/items/{place.items[name]}"
    assert hashlib.sha512(wholes[name]).hexdigest() in place.visitor.get(address).text
    assert place.mark(name, **MARKS[name]).status_code == 303
    for _ in range(2):
        # Before it is made anew, and after.
        held = told_to_everybody(place)
        assert [where for where, data in held.items() if any(one in data for one in sums)] == []
        page = held[address].decode()
        assert UNTOLD in page and "receipt of whoever gave it" in page
        described = said(public_item(place.archive, place.items[name]))
        assert {len(data) for data in wholes.values()}.isdisjoint(numbers(described))
        kept = page.split("How it is kept")[1].split("</section>")[0]
        assert not re.search(r"\d (bytes|KB)", kept)
        place.work()
    # Who looks after it sees both.
    assert all(one in place.curator.get(f"/desk{address}").data for one in sums)


def test_a_text_that_people_wrote_otherwise_is_not_told_apart_by_its_checksum(place: Place) -> None:
    whole, address = hashlib.sha512(original(place, "note")).hexdigest(), f"/items/{place.items['note']}"
    assert whole in place.visitor.get(address).text
    write(place.curator, place.items["note"], place.files["note"], "A. lived in Quillfeather. It is far.")
    settle(place.archive)
    page = place.visitor.get(address).text
    assert "A. lived in" in page and UNTOLD in page and whole[:12] not in page


def test_what_nothing_was_taken_out_of_keeps_its_checksum(place: Place) -> None:
    place.mark("note", words=NAME)
    place.work()
    for name in ("photo", "people", "letter"):
        whole = hashlib.sha512(original(place, name)).hexdigest()
        assert whole in place.visitor.get(f"/items/{place.items[name]}").text
