"""Reads every collection below a folder; whatever is wrong is collected and told at once.

What hangs on a file that cannot be read, or on the languages of a collection, is told once those are right.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from archive.profiles.agreement import read_agreement
from archive.profiles.check import SLUG, Table
from archive.profiles.model import (
    DUBLIN_CORE_TERMS,
    FIELD_KINDS,
    UNASKED_PLACES,
    CollectionProfile,
    Field,
    Observance,
)
from archive.profiles.problems import Problem, ProfileError
from archive.profiles.stories import read_stories
from archive.profiles.vocabulary import read_vocabularies
from archive.typed_files import NotTomlError, toml_of

PROFILE_FILE = "collection.toml"
OBSERVANCES_FILE = "observances.toml"
FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*")
LANGUAGE = re.compile(r"[a-z]{2,3}")
# An item has one date, which it is found by.
DATE = "date"
DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def load_profiles(root: Path) -> dict[str, CollectionProfile]:
    """Every collection of a folder by its slug, in order of slug; ProfileError names every problem of all of them."""
    problems: list[Problem] = []
    profiles: dict[str, CollectionProfile] = {}
    folders = sorted(one for one in root.iterdir() if one.is_dir()) if root.is_dir() else []
    if not folders:
        problems.append(Problem(root.name, "", "there is no collection in this folder"))
    for folder in folders:
        if not SLUG.fullmatch(folder.name):
            reason = "a collection's folder is named in small letters, digits and single hyphens"
            problems.append(Problem(folder.name, "", reason))
            continue
        if (profile := _read_collection(folder, problems)) is not None:
            profiles[folder.name] = profile
    _compare_dates(profiles, problems)
    if problems:
        raise ProfileError(problems)
    return profiles


def _read_collection(folder: Path, problems: list[Problem]) -> CollectionProfile | None:
    """A collection; None where nothing tells its languages, for every text of it would seem wrong without them."""
    names = sorted(path.stem for path in (folder / "vocabularies").glob("*.toml"))
    values = _read_toml(folder, PROFILE_FILE, problems)
    vocabularies = {name: _read_toml(folder, f"vocabularies/{name}.toml", problems) for name in names}
    keeps_days = (folder / OBSERVANCES_FILE).exists()
    observances = _read_toml(folder, OBSERVANCES_FILE, problems) if keeps_days else None
    if values is None:
        return None
    table = Table(values, f"{folder.name}/{PROFILE_FILE}", problems)
    languages = _read_languages(table)
    if not languages:
        return None
    profile = CollectionProfile(
        slug=folder.name,
        title=table.texts("title", languages),
        description=table.texts("description", languages),
        languages=languages,
        fields=_read_fields(table, languages, names),
        vocabularies=read_vocabularies(
            # A file that could not be read is a problem already told.
            {name: terms for name, terms in vocabularies.items() if terms is not None},
            folder.name,
            languages,
            problems,
        ),
        agreement=read_agreement(folder, table.table("agreement"), languages),
        observances=_read_observances(folder, observances, languages, problems),
        stories=read_stories(folder, languages, problems),
        # Where a profile says nothing, nothing is shown that nobody was asked about.
        unasked_places=table.choice("unasked_places", UNASKED_PLACES, required=False) or UNASKED_PLACES[0],
    )
    table.done()
    return profile


def _read_languages(table: Table) -> tuple[str, ...]:
    """The languages of a collection; () when they are missing or wrong."""
    told = len(table.problems)
    languages = table.strings("languages", required=True)
    for language in languages:
        if not LANGUAGE.fullmatch(language):
            table.wrong("languages", f"“{language}” is not a language code such as en")
    if not languages and len(table.problems) == told:
        table.wrong("languages", "must not be empty")
    return languages if len(table.problems) == told else ()


def _read_toml(folder: Path, name: str, problems: list[Problem]) -> dict[str, Any] | None:
    """What a file of a collection says; None, and a problem, where it cannot be read."""
    try:
        return toml_of(folder / name)
    except FileNotFoundError:
        reason = "is missing"
    except UnicodeDecodeError:
        reason = "is not UTF-8 text"
    except NotTomlError as error:
        reason = f"is not valid TOML: {error}"
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    problems.append(Problem(f"{folder.name}/{name}", "", reason))
    return None


def _read_fields(table: Table, languages: tuple[str, ...], vocabularies: list[str]) -> tuple[Field, ...]:
    fields = tuple(_read_field(one, languages, vocabularies) for one in table.tables("fields"))
    for attribute in ("name", "column"):
        values = [getattr(one, attribute) for one in fields if getattr(one, attribute)]
        for value in sorted({one for one in values if values.count(one) > 1}):
            table.wrong(f"fields[{value}].{attribute}", "is used by more than one field")
    if not any(one.name == "title" and one.required for one in fields):
        table.wrong("fields", "a required field named title is needed: an item is known by it")
    return fields


def _read_field(table: Table, languages: tuple[str, ...], vocabularies: list[str]) -> Field:
    field = Field(
        name=table.string("name"),
        dc=table.choice("dc", DUBLIN_CORE_TERMS),
        kind=table.choice("kind", FIELD_KINDS),
        label=table.texts("label", languages),
        help=table.texts("help", languages),
        required=table.flag("required"),
        repeatable=table.flag("repeatable"),
        vocabulary=table.string("vocabulary", required=False) or None,
        column=table.string("column", required=False) or None,
        later=table.flag("later"),
        staff=table.flag("staff"),
    )
    if field.name and not FIELD_NAME.fullmatch(field.name):
        table.wrong("name", "is made of small letters, digits and underscores, and begins with a letter")
    if field.vocabulary and field.vocabulary not in vocabularies:
        table.wrong("vocabulary", f"there is no vocabularies/{field.vocabulary}.toml")
    if field.kind in ("vocabulary", "rights") and not field.vocabulary:
        table.wrong(
            "vocabulary", f"a field of kind {field.kind} names the vocabulary it takes its terms from"
        )
    if field.kind == "date" and field.name != DATE:
        reason = (
            "of kind date is the field named date alone, by which items are found; give this one kind text"
        )
        table.wrong("kind", reason)
    table.done()
    return field


def _read_observances(
    folder: Path, values: dict[str, Any] | None, languages: tuple[str, ...], problems: list[Problem]
) -> tuple[Observance, ...]:
    if values is None:
        return ()
    table = Table(values, f"{folder.name}/{OBSERVANCES_FILE}", problems)
    observances = tuple(_read_observance(one, languages) for one in table.tables("observances"))
    ids = [one.id for one in observances]
    for double in sorted({one for one in ids if one and ids.count(one) > 1}):
        table.wrong(f"observances[{double}].id", "is used by more than one observance")
    table.done()
    return observances


def _compare_dates(profiles: dict[str, CollectionProfile], problems: list[Problem]) -> None:
    """Days of one id are one day, whichever collections keep it, so they have one date."""
    # A date that is wrong by itself is told already, and stands for nothing.
    wrong = {one.file for one in problems}
    first: dict[str, tuple[str, Observance]] = {}
    for slug, profile in profiles.items():
        file = f"{slug}/{OBSERVANCES_FILE}"
        for one in profile.observances if file not in wrong else ():
            known_to, known = first.setdefault(one.id, (slug, one))
            if (one.month, one.day) != (known.month, known.day):
                reason = f"is kept on another date in {known_to} (month {known.month}, day {known.day}); give it that one, or an id of its own"
                problems.append(Problem(file, f"observances[{one.id}]", reason))


def _read_observance(table: Table, languages: tuple[str, ...]) -> Observance:
    month = table.whole("month", 1, 12)
    observance = Observance(
        id=table.slug("id"),
        month=month,
        day=table.whole("day", 1, DAYS_IN_MONTH[month - 1]),
        name=table.texts("name", languages),
        welcome=table.texts("welcome", languages),
        uri=table.address("uri"),
    )
    table.done()
    return observance
