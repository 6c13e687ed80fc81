"""A voice that reads is told in which language a file's text is, also where only its item says so."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from archive.web.pages_text import spoken


@pytest.mark.parametrize(
    ("item", "file", "role", "tag"),
    [
        (("fra",), "", "original", "fr"),
        (("fra",), "spa", "original", "es"),
        (("fra", "por"), "", "original", ""),
        ((), "", "original", ""),
        (("fra",), "", "transcript", "fr"),
        (("fra",), "", "translation", ""),
        (("fra",), "eng", "translation", "en"),
    ],
)
def test_the_language_of_a_text_is_its_own_or_the_only_one_of_its_item(
    item: tuple[str, ...], file: str, role: str, tag: str
) -> None:
    given: Any = SimpleNamespace(languages=item)
    one: Any = SimpleNamespace(language=file, role=role)
    assert spoken(given, one) == tag
