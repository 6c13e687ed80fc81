"""The offline kit is whole in every language, needs nothing outside its folder, and asks what the profile asks."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from archive.profiles import CollectionProfile, find_collections_root, load_profiles
from archive.services.answers import asked_about
from archive.services.consent_columns import CONSENT_COLUMNS
from archive.web.kit import write_kit
from ingest.bulk.table import OWN_COLUMNS, read_table

LANGUAGES = ("en", "es", "fr", "pt")


@pytest.fixture(scope="module")
def profile() -> CollectionProfile:
    return load_profiles(find_collections_root())["march-25"]


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory, profile: CollectionProfile) -> Path:
    folder = tmp_path_factory.mktemp("kit") / "kit"
    write_kit(folder, profile, LANGUAGES, "")
    return folder


class _Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self.ids += [value or "" for name, value in attrs if name == "id"]


def pages(kit: Path) -> Iterator[tuple[Path, _Addresses]]:
    for path in kit.rglob("*.html"):
        reading = _Addresses()
        # What a template holds is used by copies alone, with ids of their own.
        reading.feed(re.sub(r"<template.*?</template>", "", path.read_text("utf-8"), flags=re.DOTALL))
        yield path, reading


def test_every_language_has_every_page(kit: Path) -> None:
    for code in LANGUAGES:
        for name in (
            f"READ-ME-FIRST-{code}.html",
            f"give-{code}.html",
            f"code-{code}.html",
            f"without-script/paper-{code}.html",
        ):
            assert (kit / name).is_file()


def test_every_address_lies_in_the_folder(kit: Path) -> None:
    for path, reading in pages(kit):
        for address in reading.found:
            target = address.partition("#")[0]
            assert not target or (path.parent / target).resolve().is_relative_to(kit)
            assert not target or (path.parent / target).is_file(), (path.name, address)


def test_no_script_or_style_of_the_kit_asks_for_anything(kit: Path) -> None:
    for path in (kit / "files").iterdir():
        if path.suffix in (".js", ".css"):
            text = path.read_text("utf-8")
            assert not re.search(
                r"fetch\(|XMLHttpRequest|sendBeacon|WebSocket|Storage|indexedDB|https?://", text
            )


def test_no_page_uses_an_id_twice(kit: Path) -> None:
    for path, reading in pages(kit):
        assert len(reading.ids) == len(set(reading.ids)), path.name


def test_the_agreement_is_read_in_plain_paragraphs_on_the_form_and_on_paper(
    tmp_path: Path, profile: CollectionProfile
) -> None:
    """What somebody agreed to is what they read: no mark of a writer turns into anything."""
    first, *others = profile.agreement.clauses["en"]
    clause = replace(first, text="We **keep** it.\n\n- [All of it](https://example.org) <b>safe</b>")
    clauses = {**profile.agreement.clauses, "en": (clause, *others)}
    changed = replace(profile, agreement=replace(profile.agreement, clauses=clauses))
    write_kit(tmp_path / "kit", changed, ("en",), "")
    for name in ("give-en.html", "without-script/paper-en.html"):
        text = (tmp_path / "kit" / name).read_text("utf-8")
        assert "<p>We **keep** it.</p>" in text, name
        assert "<p>- [All of it](https://example.org) &lt;b&gt;safe&lt;/b&gt;</p>" in text, name


def test_the_form_asks_every_field_of_the_profile(kit: Path, profile: CollectionProfile) -> None:
    for code in LANGUAGES:
        text = (kit / f"give-{code}.html").read_text("utf-8")
        for one in asked_about(profile):
            assert f'name="about-{one.name}"' in text
            assert one.label[code] in text


def test_the_empty_table_is_one_that_ingest_reads_without_complaint(
    kit: Path, profile: CollectionProfile
) -> None:
    table = kit / "without-script" / "metadata.csv"
    read = read_table(table, profile)
    assert (read.rows, read.problems) == ((), ())
    header = next(csv.reader(table.read_text("utf-8-sig").splitlines()))
    known = OWN_COLUMNS | {one.column for one in profile.fields if one.column}
    assert set(header) <= known
    assert set(CONSENT_COLUMNS) <= set(header)


def test_the_instructions_explain_every_column_but_the_fingerprint(
    kit: Path, profile: CollectionProfile
) -> None:
    header = next(csv.reader((kit / "without-script" / "metadata.csv").read_text("utf-8-sig").splitlines()))
    text = (kit / "READ-ME-FIRST-en.html").read_text("utf-8")
    assert [name for name in header if f"<code>{name}</code>" not in text] == [
        "consent_agreement_fingerprint"
    ]


def test_paper_asks_the_town_beside_each_place(kit: Path) -> None:
    for code in LANGUAGES:
        text = (kit / f"without-script/paper-{code}.html").read_text("utf-8")
        towns = re.search(r'<table class="towns">.*?</table>', text, re.DOTALL)
        assert towns is not None
        assert towns[0].count("<th>") == 2 and towns[0].count('<td class="write">') >= 6


def test_the_kit_does_not_say_that_one_will_see_how_a_date_was_understood(
    kit: Path, profile: CollectionProfile
) -> None:
    """Paper and a page without the archive cannot read dates; pages of the archive say it by themselves."""
    said = (
        "how it was understood",
        "cómo se ha entendido",
        "comment elle a été comprise",
        "como foi entendida",
    )
    (date,) = (one for one in asked_about(profile) if one.name == "date")
    for path in kit.rglob("*.html"):
        text = path.read_text("utf-8")
        assert not [words for words in said if words in text], path.name
    for code in LANGUAGES:
        assert date.help[code] in (kit / "without-script" / f"paper-{code}.html").read_text("utf-8")


def test_words_are_translated(kit: Path) -> None:
    assert "Guardar el paquete" in (kit / "give-es.html").read_text("utf-8")
    assert "Enregistrer le colis" in (kit / "give-fr.html").read_text("utf-8")
    assert "Salvar o pacote" in (kit / "give-pt.html").read_text("utf-8")
