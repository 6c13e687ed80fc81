"""The choices of a receipt that is checked, in the visitor's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from archive.profiles import CollectionProfile
from archive.services.answers import licences
from archive.services.receipt_choices import ChoiceFinding, ChoiceVerdict
from archive.web import giving_words as words
from archive.web.i18n import language
from archive.web.words import _, day, later

LABELS = {
    "audience": later("Who may see it?"),
    "not_before": later("Not before a day, chosen by you or by those who look after the archive"),
    "not_after": later("Not after a day"),
    "place_precision": later("The place"),
    "places_shown": later("What is shown instead, if only the town is shown"),
    "reuse": later("What may others do with it?"),
    "naming": later("Your name"),
    "name_shown": later("The name that is shown"),
    "people": later("Other people in it"),
}
TABLES: Mapping[str, Mapping[str, tuple[object, object]]] = {
    "audience": words.AUDIENCES,
    "place_precision": words.PRECISIONS,
    "naming": words.NAMING,
    "people": words.PEOPLE,
}


@dataclass(frozen=True)
class CheckedChoice:
    """One choice as the receipt tells it, and what became of it."""

    label: str
    told: str
    words: str
    is_well: bool


def checked_choices(
    found: Sequence[ChoiceFinding], profiles: Mapping[str, CollectionProfile]
) -> tuple[CheckedChoice, ...]:
    """The choices of a receipt; what was not chosen, and is not now, is left out."""
    return tuple(
        CheckedChoice(
            str(LABELS[one.name]),
            _told(one, profiles) or _("nothing"),
            _standing(one),
            one.verdict != ChoiceVerdict.DIFFERENT,
        )
        for one in found
        if one.told or one.verdict != ChoiceVerdict.SAME
    )


def _told(choice: ChoiceFinding, profiles: Mapping[str, CollectionProfile]) -> str:
    value: Any = choice.told
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(value)
    if choice.name == "reuse":
        known = {uri: label for one in profiles.values() for uri, label in licences(one, language())}
        return str(known.get(value, value)) or _("Look at it here, and ask for anything more")
    if choice.name in ("not_before", "not_after") and value:
        return _day(value)
    table = TABLES.get(choice.name, {})
    return str(table[value][0]) if value in table else str(value)


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def _standing(choice: ChoiceFinding) -> str:
    if choice.verdict == ChoiceVerdict.SAME:
        return _("It still holds.")
    if choice.verdict == ChoiceVerdict.CHANGED and choice.on:
        return _("It was changed since, on %(day)s.", day=day(choice.on))
    if choice.verdict == ChoiceVerdict.NEWER:
        return _("It was chosen later than what we hold.")
    return _("We hold something different. Tell those who look after the archive, and keep the receipt.")
