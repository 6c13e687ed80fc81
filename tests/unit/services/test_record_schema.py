"""The record has a published form: a JSON Schema that holds it, a JSON-LD context, and a page in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from archive.services import record
from archive.services.opening import open_archive
from archive.settings import Settings
from tests.fixtures.schema_members import CONTEXT, DOCS, SCHEMA, members, row
from tests.fixtures.whole_record import write_whole

Json = dict[str, Any]
KEYWORDS = {"@version", "@vocab", "ours", "dcterms", "schema", "premis", "prov", "skos", "xsd"}


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Json]:
    archive = open_archive(Settings(home=tmp_path / "home"))
    with archive.db.write() as session:
        item_id = write_whole(session)
        found: Json = json.loads(json.dumps(record.records(session, [item_id])[item_id]))
    archive.close()
    yield found


def test_a_record_in_which_everything_stands_has_the_published_form(whole: Json) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [one.json_path for one in validator.iter_errors(whole)] == []
    assert (whole["$schema"], whole["@context"]) == (SCHEMA["$id"], record.CONTEXT)
    assert whole["format"] == SCHEMA["properties"]["format"]["const"]


@pytest.mark.parametrize("member", ["files", "consent", "events", "words", "item", "description"])
def test_what_the_form_does_not_know_is_not_of_that_form(whole: Json, member: str) -> None:
    inside = whole[member][0] if isinstance(whole[member], list) else whole[member]
    inside["something else"] = 1
    assert not Draft202012Validator(SCHEMA).is_valid(whole)


def test_every_member_is_told_in_plain_words() -> None:
    page = (DOCS / "record.md").read_text(encoding="utf-8").splitlines()
    told = [line for line in page if line.startswith("| `")]
    assert told == [row(path, words) for path, words in members()]
    assert all(words.endswith(".") for _, words in members())


def test_every_part_of_a_record_has_a_word_that_other_programs_know() -> None:
    assert set(SCHEMA["properties"]) - {"$schema", "@context", "@id"} == set(CONTEXT) - KEYWORDS - {"$schema"}
    names = {path.rpartition(".")[2].removesuffix("[]") for path, _ in members()}
    assert {term for term in terms(CONTEXT) if term not in names} == set()


def terms(context: Json) -> Iterator[str]:
    for term, meaning in context.items():
        if term not in KEYWORDS:
            yield term
        if isinstance(meaning, dict):
            yield from terms(meaning.get("@context", {}))
