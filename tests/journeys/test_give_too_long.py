"""Who types more than an answer may have is told so at the answer, by numbers, and all of it is there still."""

from __future__ import annotations

import pytest
from flask import Flask

from archive.services.opening import Archive
from archive.web.limits import LARGEST_HEARD
from tests.fixtures.coming_back import items, two_letters
from tests.fixtures.contributor import Contributor

# Four bytes a character, each of them three in a form: what people write in a script far from ours.
FAR = "𐎀"
END = "and this is the end of it."
ANSWERS = {
    "about-description": ("/give/about", 20_000),
    "about-people": ("/give/people", 20_000),
    "people_words": ("/give/people", 20_000),
    "name_shown": ("/give/name", 200),
}
CHOSEN = {"about-title": "A letter", "people": "none", "naming": "own-name"}
# Where something was given already: form, answer, most characters.
LATER = {
    "text": ("/mine", "/mine/messages", 10_000),
    "other": ("/mine/contact", "/mine/contact", 500),
    "words": ("/mine/take-back", "/mine/take-back", 1000),
    "name_shown": ("/mine/allow", "/mine/allow", 200),
}


@pytest.fixture
def giver(app: Flask) -> Contributor:
    found = Contributor(app.test_client())
    found.begin()
    found.add(letter__txt=b"Dear sister.")
    return found


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_too_long_is_kept_whole_and_told_how_long_it_may_be(
    giver: Contributor, name: str
) -> None:
    path, most = ANSWERS[name]
    text = FAR * 100_000 + END
    giver.open(path)
    giver.fill(path, {**CHOSEN, name: text})
    assert giver.at.status_code == 400 and giver.path == path
    assert f"it may have {most:,} characters and has {len(text):,}" in giver.text and text in giver.text
    # It is kept as well, so going away loses nothing of it, nor of what could be used.
    giver.open("/search")
    giver.open(path)
    assert text in giver.text
    giver.fill(path, {**CHOSEN, name: "shorter"})
    assert giver.at.status_code == 200 and giver.path != path


def test_what_can_be_used_beside_it_is_used(giver: Contributor) -> None:
    giver.open("/give/about")
    giver.fill("/give/about", {"about-title": "The choir", "about-description": "x" * 2_000_000})
    assert giver.at.status_code == 400
    giver.open("/give/check")
    assert "The choir" in giver.text


@pytest.mark.parametrize("name", LATER)
def test_so_it_is_with_what_is_said_later(app: Flask, name: str) -> None:
    back = Contributor(app.test_client())
    back.come_back(two_letters(app))
    shown, sent, most = LATER[name]
    text = FAR * 80_000 + END
    back.open(shown)
    back.fill(sent, {**CHOSEN, "how": "hide", name: text})
    assert back.at.status_code == 400 and text in back.text
    assert f"it may have {most:,} characters" in back.text or f"it may have {most} characters" in back.text


def test_a_correction_in_a_script_far_from_ours_is_heard(app: Flask, archive: Archive) -> None:
    back = Contributor(app.test_client())
    back.come_back(two_letters(app))
    path = f"/mine/items/{items(archive)[0].id}"
    back.open(path)
    text = FAR * 19_000
    back.fill(path, {"about-description": text, "about-title": FAR * 19_000, "about-people": FAR * 19_000})
    assert back.at.status_code == 200 and back.path == "/mine"
    assert items(archive)[0].description == text


def test_beyond_what_is_heard_out_it_is_said_plainly_and_earlier_pages_are_kept(giver: Contributor) -> None:
    giver.open("/give/about")
    giver.fill("/give/about", {"about-title": "The choir"})
    giver.fill("/give/people", {"people_words": "x" * LARGEST_HEARD})
    assert giver.at.status_code == 413
    assert "longer than 4.2 MB, so it was not read" in giver.text
    assert "Everything from the pages before is kept" in giver.text
    giver.open("/give/check")
    assert "The choir" in giver.text
