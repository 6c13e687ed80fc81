"""What is written by the thousand is written as one is: the same bytes, whatever stands in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.exchange.alike import Alike
from archive.exchange.elements import add, add_written, as_bytes
from archive.exchange.record_json import record_json

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["", "%", "%(id)s", "{id}", "\ue000id\ue001", 'a & "b" <c>', "two\nlines", "\x00\r\t"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(TEXTS, some, max_size=3),
    max_leaves=6,
)


def as_text(parent: Element, one: Mapping[str, str], kind: str) -> None:
    node = add(parent, "one")
    add(node, "kind", f"of {kind}, 100 %")
    add(node, "id", one["id"])
    if one["note"]:
        add(add(node, "notes"), "note", f"said: {one['note']}")


def as_attribute(parent: Element, one: Mapping[str, str], kind: str) -> None:
    said = {"note": one["note"]} if one["note"] else {}
    add(parent, kind, attributes={"id": f"one-{one['id']}", **said})


@given(some=st.lists(st.fixed_dictionaries({"id": TEXTS, "note": TEXTS}), max_size=4))
@pytest.mark.parametrize("build", [as_text, as_attribute])
def test_elements_filled_in_are_those_that_would_have_been_built(
    build: Any, some: list[dict[str, str]]
) -> None:
    built, filled = Element("all"), Element("all")
    alike = Alike(build, depth=1, quoted=build is as_attribute)
    for place, one in enumerate(some):
        kind = "fg"[place % 2]
        build(built, one, kind)
        add_written(filled, alike.filled(one, kind))
    assert as_bytes(filled) == as_bytes(built)


@given(
    files=st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), max_size=3),
    rest=st.dictionaries(TEXTS, VALUES),
)
def test_a_record_is_the_json_that_the_standard_library_would_write(
    files: list[dict[str, Any]], rest: dict[str, Any]
) -> None:
    record = {**rest, "a": "b", "z": [1], "files": files}
    plain = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    assert record_json(record) == f"{plain}\n".encode()
