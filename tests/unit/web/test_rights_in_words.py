"""What others may do with a thing is said in plain words, for every licence and statement that a collection offers."""

from __future__ import annotations

import pytest

from archive.profiles import find_collections_root, load_profiles
from archive.web.words_rights import STATEMENTS, permitted

OFFERED = sorted(
    {
        term.uri
        for profile in load_profiles(find_collections_root()).values()
        for term in profile.vocabularies["rights"].terms
        if term.uri
    }
)


@pytest.mark.parametrize("uri", OFFERED)
def test_every_licence_and_statement_that_is_offered_is_explained(uri: str) -> None:
    assert permitted(uri)
    # The same address with or without its last sign, and by https, says the same.
    assert permitted(uri.replace("http:", "https:").rstrip("/")) == permitted(uri)


def test_all_twelve_statements_are_known() -> None:
    assert len(STATEMENTS) == 12


def test_a_licence_says_what_each_of_its_letters_asks() -> None:
    said = permitted("https://creativecommons.org/licenses/by-nc-sa/4.0/deed.fr")
    assert said == (
        "You may copy it and pass it on.",
        "You may change it and make something new from it.",
        "Say who made it and where you found it.",
        "Do not use it to earn money.",
        "What you make from it, share under the same conditions.",
        "Say so if you changed something.",
    )
    unchanged = permitted("http://creativecommons.org/licenses/by-nd/4.0/")
    assert "Pass it on unchanged and whole." in unchanged
    assert not any("change it" in sentence for sentence in unchanged)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "Public domain",
        "https://creativecommons.org/licenses/xx/4.0/",
        "https://creativecommons.org.evil.example/licenses/by/4.0/",
        "https://rightsstatements.org/vocab/Nothing/1.0/",
        "http://[broken",
    ],
)
def test_of_what_is_not_known_nothing_is_promised(uri: str) -> None:
    assert permitted(uri) == ()
