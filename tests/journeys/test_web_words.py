"""The pages have all their words in all four languages."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from archive.web.catalogue import messages
from archive.web.i18n import LANGUAGES, TRANSLATIONS, compile_catalogue

PLACES = re.compile(r"%\([a-z]+\)s")


def catalogue(code: str) -> Catalog:
    with (TRANSLATIONS / code / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return read_po(source, locale=code)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_message_is_translated_and_none_is_left_over(code: str) -> None:
    wanted = {message.id for message in messages() if message.id}
    known = {message.id: message for message in catalogue(code) if message.id}
    assert set(known) == wanted, "python -m archive.web.catalogue brings the catalogues up to date"
    for message in known.values():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings) and not message.fuzzy, message.id


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_translation_keeps_the_places_for_values(code: str) -> None:
    for message in catalogue(code):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings:
            assert set(PLACES.findall(string)) == set(PLACES.findall(ids[-1])), message.id


def test_no_two_languages_say_everything_alike() -> None:
    english = {message.id: message.string for message in catalogue("en") if message.id}
    for code in ("es", "fr", "pt"):
        told = [one for one in catalogue(code) if one.id]
        same = [one.id for one in told if one.string == english[one.id]]
        # Some words are the same in two languages ("Description"); a page that is not translated is many more.
        assert len(same) < len(told) / 50, same


def test_a_catalogue_is_compiled_whole(tmp_path) -> None:  # type: ignore[no-untyped-def]
    words = TRANSLATIONS / "es" / "LC_MESSAGES" / "messages.po"
    compile_catalogue(words, tmp_path / "messages.mo")
    assert (tmp_path / "messages.mo").stat().st_size > 10_000
    assert [path.name for path in tmp_path.iterdir()] == ["messages.mo"]
