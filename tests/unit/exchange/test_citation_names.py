"""Who made something is cited as who they are: a person by their names, an organisation or a family by its one name."""

from __future__ import annotations

import json

import pytest

from archive.exchange.citation import bibtex, csl_json
from archive.exchange.described import Described
from archive.exchange.json_ld import schema_org
from tests.unit.exchange.test_citation import DAY, fields_of

CHURCH, FAMILY = "African Methodist Episcopal Church, Recife", "Still, of Philadelphia"
BY_SEVERAL = Described(
    id="0123456789abcdef",
    address="https://archive.example/items/0123456789abcdef",
    title="A hymnal",
    creators=(CHURCH, FAMILY, "Writer, A."),
    others=(("editor", CHURCH), ("interviewer", CHURCH), ("depicted", FAMILY)),
    organisations=frozenset({CHURCH}),
    families=frozenset({FAMILY}),
)


def test_an_organisation_or_a_family_with_a_comma_in_its_name_is_cited_by_all_of_it() -> None:
    (said,) = json.loads(csl_json(BY_SEVERAL, DAY))
    person = {"family": "Writer", "given": "A."}
    assert said["author"] == [{"literal": CHURCH}, {"literal": FAMILY}, person]
    assert said["editor"] == said["interviewer"] == [{"literal": CHURCH}]
    fields = fields_of(bibtex(BY_SEVERAL, DAY))
    assert fields["author"] == f"{{{CHURCH}}} and {{{FAMILY}}} and Writer, A."
    assert fields["editor"] == f"{{{CHURCH}}}"


def test_the_record_calls_an_organisation_one_and_a_family_nothing_that_it_is_not() -> None:
    said = json.loads(schema_org(BY_SEVERAL))
    church = {"@type": "Organization", "name": CHURCH}
    assert said["creator"][:2] == [church, {"name": FAMILY}] and said["creator"][2]["@type"] == "Person"
    assert said["contributor"] == [church] and said["about"] == [{"name": FAMILY}]


@pytest.mark.parametrize("name", ["Writer, A.", CHURCH])
def test_where_nobody_said_what_kind_of_name_it_is_one_with_a_comma_is_a_persons(name: str) -> None:
    family, _, given = name.partition(", ")
    item = Described(id=BY_SEVERAL.id, address=BY_SEVERAL.address, title="", creators=(name,))
    assert json.loads(csl_json(item, DAY))[0]["author"] == [{"family": family, "given": given}]
