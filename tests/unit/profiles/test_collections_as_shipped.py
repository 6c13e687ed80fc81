"""What the project ships below collections/ is whole, in four languages, and is data."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from archive.profiles import CLAUSES, CollectionProfile, find_collections_root, load_profiles

LANGUAGES = ("en", "es", "fr", "pt")
COLUMNS = [
    "title",
    "creator",
    "date",
    "place",
    "description",
    "subjects",
    "type",
    "language",
    "rights",
    "source",
]


@pytest.fixture(scope="module")
def profiles() -> dict[str, CollectionProfile]:
    return load_profiles(find_collections_root())


@pytest.fixture(scope="module")
def march_25(profiles: dict[str, CollectionProfile]) -> CollectionProfile:
    return profiles["march-25"]


def test_collections_hold_no_python() -> None:
    # a package named collections would hide the one of the standard library
    assert [path.name for path in find_collections_root().rglob("*.py*")] == []


def test_the_agreement_speaks_of_the_ways_back_that_there_are_and_of_no_name_that_is_not_kept(
    march_25: CollectionProfile,
) -> None:
    """There is a code and no link; of who gives by no name nothing is stored, so nobody is reached by it."""
    ways = {
        "en": ("code", "link"),
        "es": ("código", "enlace"),
        "fr": ("code", "lien"),
        "pt": ("código", "link"),
    }
    unknown = {
        "en": "not know it",
        "es": "tampoco lo sabemos",
        "fr": "ne le connaissons pas",
        "pt": "não o sabemos",
    }
    for spoken, clauses in march_25.agreement.clauses.items():
        said = {one.id: one.text for one in clauses}
        there_is, there_is_not = ways[spoken]
        assert there_is in said["change"] and f" {there_is_not} " not in said["change"]
        assert unknown[spoken] in said["name"]


def test_two_collections_with_different_fields_show_that_fields_are_data(
    profiles: dict[str, CollectionProfile],
) -> None:
    names = [{field.name for field in profile.fields} for profile in profiles.values()]
    assert len(names) >= 2
    assert any(one != names[0] for one in names)


def test_every_collection_speaks_all_four_languages(profiles: dict[str, CollectionProfile]) -> None:
    assert {profile.languages for profile in profiles.values()} == {LANGUAGES}


def test_every_table_of_words_in_every_file_has_all_four_languages() -> None:
    def lacking(value: object, where: str) -> list[str]:
        if isinstance(value, list):
            return [found for number, one in enumerate(value) for found in lacking(one, f"{where}[{number}]")]
        if not isinstance(value, dict):
            return []
        if value.keys() & set(LANGUAGES):
            return [] if all(value.get(one, "").strip() for one in LANGUAGES) else [where]
        return [found for key, one in value.items() for found in lacking(one, f"{where}.{key}")]

    files = [one for one in find_collections_root().rglob("*.toml") if "sample" not in one.parts]
    assert len(files) >= 8
    assert [found for file in files for found in lacking(tomllib.loads(file.read_text()), file.name)] == []


def test_every_collection_asks_for_keeping_showing_naming_and_reuse_separately(
    profiles: dict[str, CollectionProfile],
) -> None:
    for profile in profiles.values():
        for language in LANGUAGES:
            parts = [clause.id for clause in profile.agreement.clauses[language]]
            assert parts[:4] == list(CLAUSES)
            assert "undone" in parts


def test_march_25_takes_every_column_of_a_metadata_table(march_25: CollectionProfile) -> None:
    assert [column for column in COLUMNS if march_25.field_for_column(column) is None] == []


def test_only_the_title_is_required(march_25: CollectionProfile) -> None:
    assert [field.name for field in march_25.fields if field.required] == ["title"]


def test_the_three_days_of_remembrance_have_their_welcome(march_25: CollectionProfile) -> None:
    days = [(one.month, one.day) for one in march_25.observances]
    assert sorted(days) == [(3, 25), (10, 12), (12, 10)]
    for observance in march_25.observances:
        assert set(observance.welcome) == set(LANGUAGES)


def test_a_word_that_demeans_leads_to_the_one_to_prefer(march_25: CollectionProfile) -> None:
    subjects = march_25.vocabularies["subjects"]
    for old, preferred in (
        ("Slaves", "enslaved-people"),
        ("FUGITIVE SLAVES", "freedom-seekers"),
        ("Freedmen", "formerly-enslaved-people"),
        ("esclavos", "enslaved-people"),
        ("Dueños de esclavos", "enslavers"),
    ):
        found = subjects.find(old)
        assert found is not None
        assert found.id == preferred
    assert all(term.note for term in subjects.terms if term.use)


def test_dcmi_types_and_rights_are_closed_lists_with_addresses(march_25: CollectionProfile) -> None:
    for name in ("kinds", "rights"):
        vocabulary = march_25.vocabularies[name]
        assert vocabulary.closed
        assert all(term.uri for term in vocabulary.terms)
    for written in ("StillImage", "MovingImage", "Sound", "Text", "Dataset"):
        assert march_25.vocabularies["kinds"].find(written) is not None
    licence = march_25.vocabularies["rights"].find("https://creativecommons.org/licenses/by/4.0/")
    assert licence is not None
    assert licence.uri == "http://creativecommons.org/licenses/by/4.0/"


def test_human_rights_cities_are_on_the_map(march_25: CollectionProfile) -> None:
    cities = {place.id: place for place in march_25.places}
    assert {"washington-dc", "carrboro-nc", "pittsburgh-pa", "boston-ma", "eugene-or"} <= set(cities)
    assert all(24 < (one.latitude or 0) < 50 and -125 < (one.longitude or 0) < -66 for one in cities.values())


def test_a_checkout_reads_its_own_collections() -> None:
    assert find_collections_root() == Path(__file__).resolve().parents[3] / "collections"
